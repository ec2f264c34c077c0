import pytest

from deployments.engine.llama.context import LlamaContext
from deployments.engine.llama.weights import Weights


@pytest.fixture
def context(pocket_path):
    context = LlamaContext(Weights(pocket_path), slots=4, context_tokens=1024, batch_tokens=64, threads=2)
    yield context
    context.close()


@pytest.fixture(scope="session")
def vocabulary(pocket_path):
    weights = Weights(pocket_path)
    yield weights.vocabulary
    weights.close()
