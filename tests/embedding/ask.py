"""How the tests ask: the same question to our service and to sentence-transformers itself."""

import asyncio
from collections.abc import Callable

import numpy as np

from deployments.embedding.request import EmbeddingRequest, EmbeddingResult
from deployments.embedding.service import EmbeddingService
from deployments.embedding.vectors import Vectors


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.001)


async def embed(service: EmbeddingService, *inputs, **fields) -> EmbeddingResult:
    return await service.embed(EmbeddingRequest(inputs=inputs, **fields))


def encode(reference, *texts: str, **arguments) -> Vectors:
    return reference.encode(list(texts), normalize_embeddings=True, show_progress_bar=False, **arguments)


def assert_equal(expected: Vectors, actual: Vectors) -> None:
    np.testing.assert_allclose(actual, expected, atol=2e-6)
