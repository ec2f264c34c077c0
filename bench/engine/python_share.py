"""How much of an engine's step is not spent in llama.cpp."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench import random_model
from bench.engine import alone
from bench.figure import Figure
from deployments.engine.batch import Batch
from deployments.engine.engine import Engine
from deployments.engine.llama.context import LlamaContext
from deployments.engine.model import Sampler
from deployments.engine.sequence import Sequence

ROWS, STEPS, CONTEXT_TOKENS = 32, 40, 256


class Clock:
    """Time during which at least one thread was inside."""

    def __init__(self) -> None:
        self.spans: list[tuple[float, float]] = []  # begin and end

    @contextmanager
    def running(self) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.spans.append((begun, time.perf_counter()))

    @property
    def seconds(self) -> float:
        total = end = 0.0
        for begin, stop in sorted(self.spans):
            total += max(0.0, stop - max(begin, end))
            end = max(end, stop)
        return total


class ClockedContext(LlamaContext):
    """Decodes and samples by the clock."""

    clock = Clock()

    def decode(self, batch: Batch) -> None:
        with self.clock.running():
            super().decode(batch)

    def sampler(self, *args: Any) -> Any:
        return ClockedSampler(super().sampler(*args), self.clock)


class ClockedSampler:
    def __init__(self, sampler: Sampler, clock: Clock) -> None:
        self._sampler, self._clock = sampler, clock
        self.close = sampler.close

    def sample(self, row: int) -> int:
        with self._clock.running():
            return self._sampler.sample(row)


async def measure() -> list[Figure]:
    context = alone.context(slots=ROWS, context_tokens=CONTEXT_TOKENS, kind=ClockedContext)
    engine = Engine(context)
    for seed in range(ROWS):
        prompt = context.weights.vocabulary.plain(random_model.text(8, seed) + "\n")
        engine.add(Sequence(prompt, alone.SAMPLING, max_tokens=CONTEXT_TOKENS // 2))
    while not all(slot.is_writing for slot in engine.slots):
        engine.step()
    whole, inside = _steps(engine, ClockedContext.clock)
    engine.close()
    detail = f"{(whole - inside) / STEPS * 1000:.3g} of {whole / STEPS * 1000:.4g} ms per step of {ROWS} rows"
    return [Figure("Python's share of a step", (1 - inside / whole) * 100, 5, "%", detail)]


def _steps(engine: Engine, clock: Clock) -> tuple[float, float]:
    """Seconds of all steps, and of those in llama.cpp."""
    before, begun = clock.seconds, time.perf_counter()
    for _ in range(STEPS):
        engine.step()
    return time.perf_counter() - begun, clock.seconds - before
