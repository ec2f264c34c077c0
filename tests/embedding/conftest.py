"""The models of these tests: the tiny EmbeddingGemma, and MiniLM."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.config import EmbedderConfig
from deployments.embedding.batch import fill
from deployments.embedding.batcher import Batcher
from deployments.embedding.minilm import minilm_folder
from deployments.embedding.service import EmbeddingService
from tests.embedding.fakes import FakeModel

EXACT = EmbedderConfig(device="cpu", dtype="float32", threads=1)


@pytest.fixture(scope="session")
def egemma_folder(tmp_path_factory) -> Path:
    from tests.embedding.egemma import build

    return build(tmp_path_factory.mktemp("egemma"))


@pytest.fixture(scope="session")
def egemma(egemma_folder) -> Iterator[EmbeddingService]:
    service = EmbeddingService.load(EXACT, egemma_folder, "embeddinggemma-tiny")
    yield service
    service.close()


@pytest.fixture(scope="session")
def reference(egemma_folder):
    """The same model as sentence-transformers itself runs it."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(egemma_folder), device="cpu", local_files_only=True)


@pytest.fixture(scope="session")
def minilm() -> Iterator[EmbeddingService]:
    service = EmbeddingService.load(EXACT, minilm_folder(), "all-MiniLM-L6-v2")
    yield service
    service.close()


@pytest.fixture
def model() -> FakeModel:
    return FakeModel()


@pytest.fixture
def batcher(model) -> Iterator[Batcher]:
    batcher = Batcher(model.begin, fill, batch_tokens=64, queue_tokens=100)
    yield batcher
    model.release()
    batcher.close()
