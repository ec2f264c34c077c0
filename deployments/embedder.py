"""Texts to vectors."""

import os
from pathlib import Path

from deployments.config import EmbedderConfig
from deployments.embedding.request import EmbeddingRequest, EmbeddingResult
from deployments.embedding.service import EmbeddingService
from deployments.models.fetch import fetch
from deployments.models.source import parse, served_name
from deployments.notices import announced


class Embedder:
    """Ray runs it; `EmbeddingService` does the work."""

    def __init__(self, config: EmbedderConfig, models_dir: Path) -> None:
        os.nice(5)  # requests are taken and answered first, then computed
        with announced() as report:
            folder = fetch(parse(config.model), models_dir, report)
            self._service = EmbeddingService.load(config, folder, served_name(config.name, config.model))

    async def embed(self, request: EmbeddingRequest) -> EmbeddingResult:
        return await self._service.embed(request)

    def __del__(self) -> None:
        self._service.close()
