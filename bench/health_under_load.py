"""`/health` while all floors are busy: a chat stream, batches of embeddings, and a file as large as may be parsed."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import cache
from itertools import count
from typing import Any

import httpx

from bench.figure import Figure
from bench.graph import client, starting

SECONDS = 30
PAUSE_S = 0.02
WORDS = "the quick brown fox jumps over a lazy dog and runs home through tall green grass "
FUNCTION = 'def function_{i}(first: int, second: str = "x") -> str:\n    """Says it."""\n    return second * first\n\n'
FILE_BYTES = 5_000_000

Load = Callable[[httpx.AsyncClient], Coroutine[Any, Any, None]]


async def measure() -> list[Figure]:
    with starting() as workbench:
        workbench.wait_until_up()
        async with client(workbench) as http, _loaded(http, _chat, _embed, _parse) as done:
            times = await _poll(http)
    detail = f"{len(times)} calls in {SECONDS} s, median {statistics.median(times):.3g} ms, beside {done}"
    return [Figure("`/health` p99 under load", statistics.quantiles(times, n=100)[98], 100, "ms", detail)]


async def _poll(http: httpx.AsyncClient) -> list[float]:
    """Milliseconds of each call."""
    times, end = [], time.perf_counter() + SECONDS
    while (begun := time.perf_counter()) < end:
        (await http.get("/health")).raise_for_status()
        times.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(PAUSE_S)
    return times


@asynccontextmanager
async def _loaded(http: httpx.AsyncClient, *loads: Load) -> AsyncIterator[dict[str, int]]:
    """Each load runs over and over, or the measurement fails. What is yielded counts how often each came to an end."""
    done = {load.__name__.strip("_"): 0 for load in loads}
    tasks = [asyncio.create_task(_repeat(load, http, done)) for load in loads]
    try:
        yield done
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if not isinstance(end, asyncio.CancelledError):
            raise end


async def _repeat(load: Load, http: httpx.AsyncClient, done: dict[str, int]) -> None:
    while True:
        await load(http)
        done[load.__name__.strip("_")] += 1


async def _chat(http: httpx.AsyncClient) -> None:
    question = {"messages": [{"role": "user", "content": "Hello! What can you do?"}], "stream": True}
    async with http.stream("POST", "/v1/chat/completions", json=question) as response:
        response.raise_for_status()
        async for _ in response.aiter_lines():
            pass


_texts = count()


async def _embed(http: httpx.AsyncClient) -> None:
    texts = [f"{next(_texts)} {WORDS * 5}" for _ in range(64)]
    (await http.post("/v1/embeddings", json={"input": texts, "encoding_format": "base64"})).raise_for_status()


@cache
def _file() -> bytes:
    return "".join(FUNCTION.format(i=i) for i in range(FILE_BYTES // len(FUNCTION))).encode()


async def _parse(http: httpx.AsyncClient) -> None:
    upload = {"file": ("large.py", _file())}
    (await http.post("/parse-ast", files=upload, data={"language": "python"})).raise_for_status()
