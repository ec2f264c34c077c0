"""A file and the name of a persona in, a summary out. It knows who does what, and does none of it."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Protocol

from deployments.config import SummaryConfig
from deployments.errors import ModelNotFound
from deployments.summary.condense import condense
from deployments.summary.document import Answer, Backend, Document, Event, Instructions, Progress
from deployments.summary.languages import Language, language_of
from deployments.summary.memo import Memo, Told
from deployments.summary.personas import Persona, Personas
from deployments.summary.request import GEMINI, Summary, SummaryRequest


class Gemini(Protocol):
    """The API, which knows its own models."""

    @property
    def default_model(self) -> str: ...

    def backend(self, model: str, payer: str) -> Backend:
        """`payer` is charged for its answers."""
        ...


class SummaryService:
    """`backends` by the names that clients use; the first serves requests that name no model."""

    def __init__(
        self,
        config: SummaryConfig,
        personas: Personas,
        backends: Mapping[str, Backend],
        gemini: Gemini | None = None,
    ) -> None:
        assert backends
        self._config = config
        self._personas = personas
        self._backends = backends
        self._gemini = gemini
        self._memo = Memo(config.cache_bytes, config.cache_entries, ttl_s=config.cache_ttl_s)

    def use(self, personas: Personas) -> None:
        """From the next request on; answers already made stay those of the words they were made by."""
        self._personas = personas

    async def personas(self) -> list[Persona]:
        return list(self._personas)

    async def summarize(self, request: SummaryRequest) -> Summary:
        async with aclosing(self.stream(request)) as events:
            summaries = [event async for event in events if isinstance(event, Summary)]
        return summaries[0]

    async def stream(self, request: SummaryRequest) -> AsyncGenerator[Progress | str | Summary]:
        """How far it is, pieces of the text as they come, and at the end all of it."""
        language = language_of(request.filename, request.text)
        model, backend = self._chosen(request.model or next(iter(self._backends)), request.payer)
        persona = self._personas.reader_of(language, request.persona)
        instructions = self._instructions(request, persona, language)
        key = await asyncio.to_thread(_key, model, backend.fingerprint, language, instructions, request.text)
        events = self._memo.stream(
            key,
            lambda: _events(backend, language, instructions, request.text),
            fresh=request.fresh,
            payer=request.payer if request.is_paid else "",
        )
        async with aclosing(events):
            async for event in events:
                yield _summary(language, model, persona, event) if isinstance(event, Told) else event

    def _chosen(self, model: str, payer: str) -> tuple[str, Backend]:
        """The backend of that name; `gemini` alone means the API's configured model."""
        if model in self._backends:
            return model, self._backends[model]
        if self._gemini and model.startswith(GEMINI):
            model = self._gemini.default_model if model == GEMINI else model
            return model, self._gemini.backend(model, payer)
        served = [*self._backends, *([f"{GEMINI}…"] if self._gemini else [])]
        raise ModelNotFound(
            f"Model '{model[:100]}' is not served for summaries. Served: {', '.join(served)}.", param="model_name"
        )

    def _instructions(self, request: SummaryRequest, persona: Persona, language: Language) -> Instructions:
        max_tokens = self._config.max_tokens if request.max_tokens is None else request.max_tokens
        temperatures = (request.temperature, persona.temperature, self._config.temperature)
        return Instructions(
            persona.render(language=language.label, max_tokens=max_tokens),
            max_tokens,
            next(temperature for temperature in temperatures if temperature is not None),
            request.enable_safety,
        )


async def _events(backend: Backend, language: Language, instructions: Instructions, text: str) -> AsyncGenerator[Event]:
    if not text or text.isspace():  # a model would make something up
        answer = Answer("The file holds nothing but whitespace." if text else "The file is empty.")
        yield answer.text
        yield answer
        return
    log = await asyncio.to_thread(condense, text) if language.kind == "log" else None
    document = Document(log.text if log else text, language, log)
    async with aclosing(backend.stream(document, instructions)) as events:
        async for event in events:
            yield event


def _summary(language: Language, model: str, persona: Persona, told: Told) -> Summary:
    answer = told.answer
    return Summary(
        language.label, answer.text, model, persona.name, answer.usage, told.origin, truncated=answer.truncated
    )


def _key(model: str, fingerprint: str, language: Language, instructions: Instructions, text: str) -> bytes:
    """Everything that the answer depends on. The persona counts by its words, not by its name."""
    digest = hashlib.sha256(repr((model, fingerprint, language, instructions)).encode())
    digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.digest()
