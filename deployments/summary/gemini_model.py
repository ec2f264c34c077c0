"""The models of the Gemini API as readers of documents, wherever the API's client runs."""

from collections.abc import AsyncGenerator
from typing import Protocol

from deployments.config import GeminiConfig, GeminiModelConfig
from deployments.errors import ModelNotReady
from deployments.summary.document import Answer, Backend, Instructions
from deployments.summary.mapreduce import MapReduce

NO_KEY = "The Gemini API is not configured: set GEMINI_API_KEY and start again."


class GeminiApi(Protocol):
    """`payer` is the API key that is charged."""

    async def answer(self, payer: str, model: str, text: str, instructions: Instructions) -> Answer: ...

    def stream(self, payer: str, model: str, text: str, instructions: Instructions) -> AsyncGenerator[str | Answer]: ...

    async def count_tokens(self, model: str, text: str) -> int: ...


class GeminiModels:
    """Each a backend of its own. Without a key there is none, which is known here before anybody asks the API."""

    def __init__(self, config: GeminiConfig, api: GeminiApi, *, key_set: bool) -> None:
        self._config = config
        self._api = api
        self._key_set = key_set
        self.default_model = config.default_model

    def backend(self, model: str, payer: str) -> Backend:
        """Raises ModelNotReady without a key."""
        if not self._key_set:
            raise ModelNotReady(NO_KEY)
        reader = GeminiModel(self._api, model, self._config.model(model), payer)
        return MapReduce(reader, parallel=self._config.parallel)


class GeminiModel:
    """Its name says which model it is; what lies behind the name is the API's matter."""

    fingerprint = ""

    def __init__(self, api: GeminiApi, name: str, config: GeminiModelConfig, payer: str) -> None:
        self._api = api
        self._name = name
        self._config = config
        self._payer = payer

    async def context_tokens(self) -> int:
        return self._config.context_tokens

    async def count_tokens(self, text: str, instructions: Instructions) -> int:
        """The API is asked only where it matters: no token is shorter than a byte."""
        most, system = _bytes(text), _bytes(instructions.system)
        if most + system > self._config.context_tokens // 2:
            most = await self._api.count_tokens(self._name, text)
        return most + system

    async def answer(self, text: str, instructions: Instructions) -> Answer:
        return await self._api.answer(self._payer, self._name, text, instructions)

    def stream(self, text: str, instructions: Instructions) -> AsyncGenerator[str | Answer]:
        return self._api.stream(self._payer, self._name, text, instructions)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
