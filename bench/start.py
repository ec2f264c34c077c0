"""How long a start takes, and how much memory the graph holds: `workbench up` is what `make serve` becomes."""

import asyncio
import time
from dataclasses import dataclass
from statistics import median

import httpx

from bench.figure import Figure
from bench.graph import client, starting
from tests.graph.workbench import Workbench

STARTS = 3
EVERY_S = 0.1
HELLO = {"messages": [{"role": "user", "content": "Hello!"}]}


@dataclass(frozen=True, slots=True)
class Start:
    health_s: float
    chat_s: float
    memory_gb: float


async def measure() -> list[Figure]:
    starts = [await _start() for _ in range(STARTS)]
    detail = f"median of {STARTS} starts"
    return [
        Figure("start to the first 200 of `/health`", median(one.health_s for one in starts), 15, "s", detail),
        Figure("start to the first chat answer", median(one.chat_s for one in starts), 20, "s", detail),
        Figure("memory of all processes", median(one.memory_gb for one in starts), 2.5, "GB", "sum of resident sizes"),
    ]


async def _start() -> Start:
    begun = time.perf_counter()
    with starting() as workbench:
        async with client(workbench) as http:
            await _until_ok(http, "GET", "/health")
            health_s = time.perf_counter() - begun
            await _until_ok(http, "POST", "/v1/chat/completions", json=HELLO)
            chat_s = time.perf_counter() - begun
            workbench.wait_until_up()
            await _until_ok(http, "POST", "/v1/embeddings", json={"input": "warm"})
        return Start(health_s, chat_s, resident_gb(workbench))


async def _until_ok(http: httpx.AsyncClient, method: str, path: str, **request: object) -> None:
    while True:
        try:
            if (await http.request(method, path, **request)).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(EVERY_S)


def resident_gb(workbench: Workbench) -> float:
    return sum(process.memory_info().rss for process in workbench.family()) / 1e9
