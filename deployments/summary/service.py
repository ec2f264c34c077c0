"""A file and the name of a persona in, a summary out. It knows who does what, and does none of it."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping

from deployments.config import SummaryConfig
from deployments.errors import ConfigError, ModelNotFound
from deployments.resources import resource
from deployments.summary.condense import condense
from deployments.summary.document import Answer, Backend, Document, Instructions
from deployments.summary.languages import DEFAULT_PERSONAS, Language, language_of
from deployments.summary.memo import Memo
from deployments.summary.personas import Persona, Personas
from deployments.summary.request import Summary, SummaryRequest

GEMINI = "gemini"


def read_personas(config: SummaryConfig) -> Personas:
    """The configured folder's, or those that come with the project."""
    folder = config.personas or resource("personas")
    personas = Personas.read(folder)
    if missing := set(DEFAULT_PERSONAS.values()) - {persona.name for persona in personas}:
        raise ConfigError(f"{folder} lacks personas that serve as defaults: {', '.join(sorted(missing))}.")
    return personas


class SummaryService:
    """`backends` by the names that clients use; the first serves requests that name no model.

    Every name that begins with `gemini` goes to that API, which knows its own models.
    """

    def __init__(
        self,
        config: SummaryConfig,
        personas: Personas,
        backends: Mapping[str, Backend],
        gemini: Callable[[str], Backend] | None = None,
    ) -> None:
        assert backends
        self._config = config
        self._personas = personas
        self._backends = backends
        self._gemini = gemini
        self._memo = Memo(config.cache_bytes, config.cache_entries)

    async def summarize(self, request: SummaryRequest) -> Summary:
        language = language_of(request.filename)
        model = request.model or next(iter(self._backends))
        backend = self._backend(model)
        persona = self._personas.find(request.persona or language.default_persona, prefer=language.persona_kind)
        instructions = self._instructions(request, persona, language)
        key = await asyncio.to_thread(_key, model, language, instructions, request.text)
        answer, cached = await self._memo.get(key, lambda: _answer(backend, language, instructions, request.text))
        return Summary(language.label, answer.text, model, persona.name, answer.usage, cached, answer.truncated)

    def _backend(self, model: str) -> Backend:
        if model in self._backends:
            return self._backends[model]
        if self._gemini and model.startswith(GEMINI):
            return self._gemini(model)
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


async def _answer(backend: Backend, language: Language, instructions: Instructions, text: str) -> Answer:
    if not text or text.isspace():  # a model would make something up
        return Answer("The file holds nothing but whitespace." if text else "The file is empty.")
    log = await asyncio.to_thread(condense, text) if language.kind == "log" else None
    return await backend.summarize(Document(log.text if log else text, language, log), instructions)


def _key(model: str, language: Language, instructions: Instructions, text: str) -> bytes:
    """Everything that the answer depends on. The persona counts by its words, not by its name."""
    digest = hashlib.sha256(repr((model, language, instructions)).encode())
    digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.digest()
