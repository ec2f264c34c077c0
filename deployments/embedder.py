"""Texts to vectors."""

import os
from pathlib import Path

from deployments.config import EmbedderConfig
from deployments.embedding.request import EmbeddingRequest, EmbeddingResult
from deployments.embedding.service import EmbeddingService
from deployments.embedding_measures import EmbeddingMeasures
from deployments.models.fetch import fetch
from deployments.models.source import parse, served_name
from deployments.notices import announce_embedding, announced
from deployments.reservation import gpu_fraction
from deployments.scaling import QUEUED_TOKENS


class Embedder:
    """Ray runs it; `EmbeddingService` does the work."""

    def __init__(self, config: EmbedderConfig, models_dir: Path) -> None:
        from deployments.embedding.share import keep_to_share  # brings torch, which callers do not need

        os.nice(5)  # requests are taken and answered first, then computed
        with announced() as report:
            folder = fetch(parse(config.model), models_dir, report)
            keep_to_share(config, folder, gpu_fraction())
            self._service = EmbeddingService.load(config, folder, served_name(config.name, config.model))
        announce_embedding(context_tokens=self._service.info.max_tokens, remark=self._service.info.remark)
        EmbeddingMeasures(self._service)

    async def embed(self, request: EmbeddingRequest) -> EmbeddingResult:
        return await self._service.embed(request)

    def record_autoscaling_stats(self) -> dict[str, float]:
        """Serve asks for it every few seconds."""
        return {QUEUED_TOKENS: self._service.queued_tokens}

    def __del__(self) -> None:
        if service := getattr(self, "_service", None):  # there is none where the start failed
            service.close()
