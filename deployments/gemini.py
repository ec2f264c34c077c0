"""The Gemini API's client in a process of its own: it only waits for the network."""

from deployments.config import GeminiConfig
from deployments.environment import gemini_api_key
from deployments.errors import ConfigError
from deployments.notices import announced
from deployments.summary.document import Answer, Document, Instructions

NO_KEY = "The Gemini API is not configured: set GEMINI_API_KEY and start again."


class Gemini:
    """Ray runs it; `GeminiClient` does the work."""

    def __init__(self, config: GeminiConfig) -> None:
        # imported here: it takes seconds, and those who only hold a handle do not need it
        from deployments.summary.gemini import GeminiClient

        with announced():
            key = gemini_api_key()
            if key is None:
                raise ConfigError(NO_KEY)
            self._client = GeminiClient(config, key)

    async def summarize(self, model: str, document: Document, instructions: Instructions) -> Answer:
        return await self._client.summarize(model, document, instructions)
