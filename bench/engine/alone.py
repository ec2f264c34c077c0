"""Our engine in this process, without Ray and HTTP, on the random model."""

from collections.abc import Iterator
from contextlib import contextmanager

from bench import random_model
from bench.engine.sides import BATCH_TOKENS, THREADS
from deployments.engine.engine import Engine
from deployments.engine.llama.context import LlamaContext
from deployments.engine.llama.parameters import Shape
from deployments.engine.llama.weights import Weights
from deployments.engine.runner import Runner
from deployments.engine.sampling import Sampling
from deployments.engine.sequence import Sequence

SAMPLING = Sampling(temperature=0.7, top_k=40)


class Alone:
    """An engine with its runner; `write` is one request."""

    def __init__(self, context: LlamaContext, *, speculation: bool = True) -> None:
        self._vocabulary = context.weights.vocabulary
        self._runner = Runner(Engine(context, speculation=speculation), queue_requests=64)
        self.close = self._runner.close

    async def write(self, text: str, max_tokens: int) -> int:
        """How many tokens it wrote."""
        sequence = Sequence(self._vocabulary.plain(text + "\n"), SAMPLING, max_tokens=max_tokens)
        return sum([len(tokens) async for tokens in self._runner.generate(sequence)])


def context(*, slots: int, context_tokens: int, kind: type[LlamaContext] = LlamaContext) -> LlamaContext:
    shape = Shape(slots, BATCH_TOKENS, THREADS)
    return kind(Weights(random_model.path()), shape, context_tokens=context_tokens)


@contextmanager
def running(*, slots: int, context_tokens: int) -> Iterator[Alone]:
    engine = Alone(context(slots=slots, context_tokens=context_tokens))
    try:
        yield engine
    finally:
        engine.close()
