import pytest

from deployments.engine.llama.context import LlamaContext
from deployments.engine.llama.parameters import Shape
from deployments.engine.llama.weights import Weights


@pytest.fixture
def context(pocket_path):
    context = LlamaContext(Weights(pocket_path), Shape(4, 64, 2), context_tokens=1024)
    yield context
    context.close()


@pytest.fixture
def precise_context(pocket_path):
    """Half-precision caches enlarge the last bits in which logits differ with the shape of a batch."""
    shape = Shape(4, 64, 2, cache_type_k="f32", cache_type_v="f32")
    context = LlamaContext(Weights(pocket_path), shape, context_tokens=1024)
    yield context
    context.close()


@pytest.fixture(scope="session")
def vocabulary(pocket_path):
    weights = Weights(pocket_path)
    yield weights.vocabulary
    weights.close()
