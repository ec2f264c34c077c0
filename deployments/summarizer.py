"""Documents to summaries."""

from collections.abc import Iterator

from ray import serve

from deployments.config import SummaryConfig
from deployments.environment import gemini_api_key
from deployments.errors import ModelNotReady
from deployments.gemini import NO_KEY
from deployments.health import GraphHealth
from deployments.models.source import served_name
from deployments.remote import Handle, RemoteChat, RemoteEmbedder, RemoteGemini
from deployments.summary.document import Backend
from deployments.summary.extractive.backend import ExtractiveBackend
from deployments.summary.local import LocalBackend
from deployments.summary.personas import Personas
from deployments.summary.reader import ChatReader
from deployments.summary.request import Summary, SummaryRequest
from deployments.summary.service import SummaryService


class Summarizer:
    """Ray runs it; `SummaryService` does the work. Without a `model` of its own, summaries are extractive."""

    def __init__(
        self, config: SummaryConfig, personas: Personas, embedder: Handle, gemini: Handle, model: Handle | None
    ) -> None:
        self._health = GraphHealth(serve.get_replica_context().app_name)
        self._gemini = gemini
        self._gemini_key_set = gemini_api_key() is not None
        self._embedder = embedder
        backends = dict(self._backends(config, model))
        self._service = SummaryService(config, personas, backends, self._gemini_model)

    async def summarize(self, request: SummaryRequest) -> Summary:
        return await self._service.summarize(request)

    def _backends(self, config: SummaryConfig, model: Handle | None) -> Iterator[tuple[str, Backend]]:
        """The first one serves those who name none."""
        own = config.model
        if own and own.enabled and model:
            chat = RemoteChat("SummaryModel", model, self._health)
            reader = ChatReader(chat, context_tokens=own.context_tokens)
            yield served_name(own.name, own.model), LocalBackend(reader, parallel=own.slots)
        yield "extractive", ExtractiveBackend(RemoteEmbedder("Embedder", self._embedder, self._health).embed_texts)

    def _gemini_model(self, model: str) -> Backend:
        if not self._gemini_key_set:  # known here, so no process is started to find out
            raise ModelNotReady(NO_KEY)
        return RemoteGemini("Gemini", self._gemini, self._health, model)
