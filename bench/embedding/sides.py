"""The sides that run in this process: our service without HTTP, and sentence-transformers as it comes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bench.embedding import model
from bench.embedding.measured import Embed, Measured, measured
from deployments.config import EmbedderConfig
from deployments.embedding.request import EmbeddingRequest
from deployments.embedding.service import EmbeddingService

CONFIG = EmbedderConfig(threads=model.THREADS, device="cpu", cache_bytes=0)


@contextmanager
def service() -> Iterator[EmbeddingService]:
    """It remembers nothing."""
    made = EmbeddingService.load(CONFIG, model.path(), model.NAME)
    yield made
    made.close()


def ours() -> Measured:
    with service() as made:
        return measured(lambda texts: asyncio.run(made.embed(EmbeddingRequest(tuple(texts)))).vectors)


def library() -> Measured:
    return measured(_library())


def _library() -> Embed:
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(model.THREADS)
    plain = SentenceTransformer(str(model.path()), device="cpu", local_files_only=True)
    return lambda texts: plain.encode(texts, show_progress_bar=False)
