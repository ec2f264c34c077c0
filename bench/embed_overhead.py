"""What HTTP, the Ingress and Ray add to an embedding: the client's time less the Embedder's own (Server-Timing)."""

import time
from statistics import median

import httpx

from bench import bare_ray
from bench.figure import Figure
from bench.graph import client, starting

WARM_UP, CALLS = 30, 300


async def measure() -> list[Figure]:
    with starting() as workbench:
        workbench.wait_until_up()
        async with client(workbench) as http:
            times = [await _embed(http, i) for i in range(WARM_UP + CALLS)][WARM_UP:]
    inside, bare = median(inside for _, inside in times), await _bare()
    detail = f"{CALLS} texts one after another, none cached; {inside:.3g} ms inside; Ray alone takes {bare:.3g} ms"
    added = median(total - inside for total, inside in times)
    return [Figure("added to the median of an embedding", added, 10, "ms", detail)]


async def _embed(http: httpx.AsyncClient, i: int) -> tuple[float, float]:
    """Milliseconds: seen by the client, and inside the Embedder."""
    body = {"input": f"The {i}th sentence to embed.", "dimensions": 128}
    total, response = await _timed(http, "/v1/embeddings", body)
    return total, float(response.headers["Server-Timing"].partition("dur=")[2])


async def _bare() -> float:
    """What the same way costs where nothing stands beside it."""
    with bare_ray.running() as address:
        async with httpx.AsyncClient() as http:
            times = [await _timed(http, address, {"input": "x"}) for _ in range(WARM_UP + CALLS)]
    return median(total for total, _ in times[WARM_UP:])


async def _timed(http: httpx.AsyncClient, url: str, body: object) -> tuple[float, httpx.Response]:
    begun = time.perf_counter()
    response = await http.post(url, json=body)
    return (time.perf_counter() - begun) * 1000, response.raise_for_status()
