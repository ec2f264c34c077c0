"""Documents to summaries."""

from ray import serve

from deployments.config import SummaryConfig
from deployments.environment import gemini_api_key
from deployments.errors import ModelNotReady
from deployments.gemini import NO_KEY
from deployments.health import GraphHealth
from deployments.remote import Handle, RemoteEmbedder, RemoteGemini
from deployments.summary.document import Backend
from deployments.summary.extractive.backend import ExtractiveBackend
from deployments.summary.personas import Personas
from deployments.summary.request import Summary, SummaryRequest
from deployments.summary.service import SummaryService


class Summarizer:
    """Ray runs it; `SummaryService` does the work."""

    def __init__(self, config: SummaryConfig, personas: Personas, embedder: Handle, gemini: Handle) -> None:
        self._health = GraphHealth(serve.get_replica_context().app_name)
        self._gemini = gemini
        embed = RemoteEmbedder("Embedder", embedder, self._health).embed_texts
        backends: dict[str, Backend] = {"extractive": ExtractiveBackend(embed)}
        self._service = SummaryService(config, personas, backends, self._gemini_model)

    async def summarize(self, request: SummaryRequest) -> Summary:
        return await self._service.summarize(request)

    def _gemini_model(self, model: str) -> Backend:
        if gemini_api_key() is None:  # known here, so no process is started to find out
            raise ModelNotReady(NO_KEY)
        return RemoteGemini("Gemini", self._gemini, self._health, model)
