"""The whole graph over HTTP beside the service alone, and a vector that is known beside `/health`."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from statistics import median

import httpx

from bench.embedding import model
from bench.embedding.sides import CONFIG, service
from bench.figure import Figure
from bench.graph import client, starting
from deployments.embedding.request import EmbeddingRequest

CLIENTS = 32
REQUESTS = {1: 320, 8: 64}  # by the texts in each
WARM_UP, HITS = 30, 300

Ask = Callable[[list[str]], Awaitable[object]]


async def measure() -> list[Figure]:
    with service() as own:
        alone = await _speeds(lambda texts: own.embed(EmbeddingRequest(tuple(texts))))
    settings = CONFIG.model_dump(mode="json", exclude_unset=True)
    forgetful = settings | {"model": str(model.path()), "ingress_cache_bytes": 0}
    with starting(chat={"enabled": False}, embedding=forgetful) as workbench:
        workbench.wait_until_up()
        async with client(workbench) as http:
            served = await _speeds(lambda texts: _post(http, texts))
    return [_share(size, served[size], alone[size]) for size in REQUESTS] + [await _hit()]


def _share(size: int, served: float, alone: float) -> Figure:
    name = f"graph / engine, {CLIENTS} clients, {size} text{'s' if size > 1 else ''} each"
    return Figure(name, served / alone, 0.85, "×", f"{served:.0f} and {alone:.0f} tokens/s", is_floor=True)


async def _speeds(ask: Ask) -> dict[int, float]:
    """Tokens per second of texts of mixed lengths, by the size of requests."""
    return {size: await _speed(ask, size, count) for size, count in REQUESTS.items()}


async def _speed(ask: Ask, size: int, count: int) -> float:
    texts = model.mixed(size * count // model.EQUAL_TEXTS)  # all different, for equal ones would be computed once
    waiting = [texts[i : i + size] for i in range(0, len(texts), size)]
    await asyncio.gather(*(ask(request) for request in waiting[:4]))
    begun = time.perf_counter()

    async def one_client() -> None:
        while waiting:
            await ask(waiting.pop())

    await asyncio.gather(*(one_client() for _ in range(CLIENTS)))
    return sum(map(len, model.tokens(texts))) / (time.perf_counter() - begun)


async def _post(http: httpx.AsyncClient, texts: list[str]) -> None:
    (await http.post("/v1/embeddings", json={"input": texts, "encoding_format": "base64"})).raise_for_status()


async def _hit() -> Figure:
    """The two in turn, in the default graph."""
    with starting(chat={"enabled": False}) as workbench:
        workbench.wait_until_up()
        async with client(workbench) as http:
            times = [(await _timed(http.get("/health")), await _timed(_post(http, ["known"]))) for _ in range(HITS)]
    health, hit = (median(column[WARM_UP:]) * 1000 for column in zip(*times, strict=True))
    return Figure("a known vector / `/health`", hit / health, 1.3, "×", f"{hit:.3g} and {health:.3g} ms, medians")


async def _timed(answer: Awaitable[object]) -> float:
    begun = time.perf_counter()
    await answer
    return time.perf_counter() - begun
