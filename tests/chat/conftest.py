"""A chat service over the real pocket model, in any dialect."""

import pytest

from deployments.chat.service import ChatService
from deployments.engine.engine import Engine
from deployments.engine.llama.context import LlamaContext
from deployments.engine.llama.parameters import Shape
from deployments.engine.llama.weights import Weights
from deployments.engine.runner import Runner

CONTEXT_TOKENS = 512


@pytest.fixture
def speaking(pocket_path):
    """Makes a service of a dialect, which is made of the model's vocabulary."""
    services = []

    def make(dialect_of):
        weights = Weights(pocket_path)
        engine = Engine(LlamaContext(weights, Shape(4, 64, 2), context_tokens=CONTEXT_TOKENS))
        runner, vocabulary = Runner(engine, queue_requests=8), weights.vocabulary
        services.append(ChatService(runner, dialect_of(vocabulary), vocabulary, context_tokens=CONTEXT_TOKENS))
        return services[-1]

    yield make
    for service in services:
        service.close()
