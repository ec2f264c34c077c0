"""Documents to summaries."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

from ray import serve

from deployments.api.health import LOADING
from deployments.config import AppConfig
from deployments.environment import gemini_api_key
from deployments.health import GraphHealth
from deployments.models.source import served_name
from deployments.parsing.process import Parser
from deployments.remote import Handle, RemoteChat, RemoteEmbedder, RemoteGemini
from deployments.summary.document import AtOnce, Backend, Progress
from deployments.summary.extractive.backend import ExtractiveBackend
from deployments.summary.gemini_model import GeminiModels
from deployments.summary.mapreduce import MapReduce
from deployments.summary.persona_files import PersonasUpdate, read_personas
from deployments.summary.personas import Persona, Personas
from deployments.summary.reader import ChatReader
from deployments.summary.request import Summary, SummaryRequest
from deployments.summary.service import SummaryService


class Summarizer:
    """Ray runs it; `SummaryService` does the work. Without a local model, summaries are extractive."""

    def __init__(
        self, config: AppConfig, personas: Personas, embedder: Handle, gemini: Handle, model: Handle | None
    ) -> None:
        self._health = GraphHealth(serve.get_replica_context().app_name)
        backends = dict(self._backends(config, embedder, model))
        api = RemoteGemini("Gemini", gemini, self._health)
        models = GeminiModels(config.gemini, api, key_set=gemini_api_key() is not None)
        self._config = config.summary
        self._service = SummaryService(config.summary, personas, backends, models)

    def reconfigure(self, user_config: dict[str, Any]) -> None:
        """Serve calls it at the start, and again when the YAML's `user_config` changes, without a restart."""
        self._service.use(read_personas(self._config, PersonasUpdate.model_validate(user_config)))

    async def personas(self) -> list[Persona]:
        return await self._service.personas()

    async def summarize(self, request: SummaryRequest) -> Summary:
        return await self._service.summarize(request)

    async def stream(self, request: SummaryRequest) -> AsyncGenerator[Progress | str | Summary]:
        async with aclosing(self._service.stream(request)) as events:
            async for event in events:
                yield event

    def _backends(self, config: AppConfig, embedder: Handle, model: Handle | None) -> Iterator[tuple[str, Backend]]:
        """The first one serves those who name none."""
        if config.summary_model and model:
            deployment, generator = config.summary_model
            chat = RemoteChat(deployment, model, self._health)
            reader = ChatReader(chat, lambda: self._health.states.get(deployment, LOADING).fingerprint)
            # a shared model keeps half of its slots for conversations
            parallel = max(1, generator.slots // 2) if config.summary.share_chat else generator.slots
            yield served_name(generator.name, generator.model), MapReduce(reader, parallel=parallel)
        embed = RemoteEmbedder("Embedder", embedder, self._health).embed_texts
        yield "extractive", AtOnce(ExtractiveBackend(embed, Parser(spare=True)))
