"""Single texts that arrive by chance: our service beside the same engine behind `@serve.batch`, each in a replica."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np
import ray
from ray import serve

from bench.embedding import model
from bench.embedding.sides import CONFIG
from bench.figure import Figure
from deployments.embedding.checkpoint import Checkpoint
from deployments.embedding.request import EmbeddingRequest
from deployments.embedding.service import EmbeddingService

ARRIVALS = {8: 80, 16: 160, 22: 200}  # how many, by how many come in a second
LONG_SHARE, SHORT, LONG = 0.1, (6, 34), (400, 930)

Ask = Callable[[str], Awaitable[object]]
replica = serve.deployment(max_ongoing_requests=256, ray_actor_options={"num_cpus": 0})


@replica
class Ours:
    def __init__(self) -> None:
        self._service = EmbeddingService.load(CONFIG, model.path(), model.NAME)

    async def embed(self, text: str) -> None:
        await self._service.embed(EmbeddingRequest((text,)))


@replica
class Theirs:
    """As Serve's documentation has it: 32 texts or 10 ms, whichever comes first, computed beside the event loop."""

    def __init__(self) -> None:
        from deployments.embedding.encoder import SentenceEncoder

        self._thread = ThreadPoolExecutor(1)  # as in our service, the one that has loaded
        self._encoder = self._thread.submit(SentenceEncoder.load, Checkpoint.read(model.path()), CONFIG).result()

    @serve.batch(max_batch_size=32, batch_wait_timeout_s=0.01)
    async def embed(self, texts: list[str]) -> list[None]:
        tokens = [self._encoder.tokenizer.frame(each) for each in self._encoder.tokenizer.encode(texts)]
        rows = await asyncio.get_running_loop().run_in_executor(self._thread, self._encoder.encode, tokens)
        return [None for _ in rows]


async def measure() -> list[Figure]:
    ours, theirs = [await _latencies(side) for side in (Ours, Theirs)]
    return [_figure(rate, ours[rate], theirs[rate]) for rate in ARRIVALS]


def _figure(rate: int, ours: list[float], theirs: list[float]) -> Figure:
    ratio = float(np.percentile(ours, 95) / np.percentile(theirs, 95))
    detail = f"{_percentiles(ours)} and {_percentiles(theirs)} ms (p50, p95, p99); {len(ours)} texts"
    return Figure(f"p95 of {rate} texts/s / `@serve.batch`", ratio, 0.6, "×", detail)


async def _latencies(side: Any) -> dict[int, list[float]]:
    """Milliseconds of each, by rate. All texts come when they come, whatever still waits."""
    with _served(side) as ask:
        return {rate: await _arrivals(ask, rate, count) for rate, count in ARRIVALS.items()}


@contextmanager
def _served(side: Any) -> Iterator[Ask]:
    logging.getLogger("ray.serve").setLevel(logging.WARNING)
    ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    try:
        serve.start(proxy_location="Disabled", logging_config={"log_level": "WARNING"})
        yield serve.run(side.bind()).embed.remote
    finally:
        serve.shutdown()
        ray.shutdown()


async def _arrivals(ask: Ask, rate: int, count: int) -> list[float]:
    dice = random.Random(rate)
    await ask(model.text(SHORT[0], -rate))
    answers = []
    for i in range(count):
        length = dice.randint(*(LONG if dice.random() < LONG_SHARE else SHORT))
        answers.append(asyncio.create_task(_timed(ask, model.text(length, i))))
        await asyncio.sleep(dice.expovariate(rate))
    return await asyncio.gather(*answers)


async def _timed(ask: Ask, text: str) -> float:
    begun = time.perf_counter()
    await ask(text)
    return (time.perf_counter() - begun) * 1000


def _percentiles(latencies: list[float]) -> str:
    return ", ".join(f"{value:.0f}" for value in np.percentile(latencies, (50, 95, 99)))
