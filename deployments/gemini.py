"""The Gemini API's client in a process of its own: it only waits for the network."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from deployments.budgets import budgets_of
from deployments.config import GeminiConfig, LimitsConfig
from deployments.environment import gemini_api_key
from deployments.errors import ConfigError
from deployments.notices import announced
from deployments.summary.document import Answer, Instructions
from deployments.summary.gemini_model import NO_KEY


class Gemini:
    """Ray runs it; `GeminiClient` does the work, and `BilledGemini` has it paid."""

    def __init__(self, config: GeminiConfig, limits: LimitsConfig) -> None:
        # imported here: it takes seconds, and those who only hold a handle do not need it
        from deployments.summary.gemini_billing import BilledGemini
        from deployments.summary.gemini_client import GeminiClient

        with announced():
            key = gemini_api_key()
            if key is None:
                raise ConfigError(NO_KEY)
            self._api = BilledGemini(GeminiClient(config, key), budgets_of(limits))

    async def answer(self, payer: str, model: str, text: str, instructions: Instructions) -> Answer:
        return await self._api.answer(payer, model, text, instructions)

    async def stream(
        self, payer: str, model: str, text: str, instructions: Instructions
    ) -> AsyncGenerator[str | Answer]:
        async with aclosing(self._api.stream(payer, model, text, instructions)) as events:
            async for event in events:
                yield event

    async def count_tokens(self, model: str, text: str) -> int:
        return await self._api.count_tokens(model, text)
