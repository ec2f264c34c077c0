"""What HTTP, the Ingress and Ray add to an embedding: the client's time less the Embedder's own (Server-Timing)."""

import statistics
import time

import httpx

from bench.figure import Figure
from bench.graph import client, starting

WARM_UP, CALLS = 30, 300


async def measure() -> list[Figure]:
    with starting() as workbench:
        workbench.wait_until_up()
        async with client(workbench) as http:
            times = [await _call(http, i) for i in range(WARM_UP + CALLS)][WARM_UP:]
    added = [total - inside for total, inside in times]
    inside = statistics.median(inside for _, inside in times)
    detail = f"{CALLS} texts one after another, none cached; {inside:.3g} ms inside"
    return [Figure("added to the median of an embedding", statistics.median(added), 10, "ms", detail)]


async def _call(http: httpx.AsyncClient, i: int) -> tuple[float, float]:
    """Milliseconds: seen by the client, and inside the Embedder."""
    begun = time.perf_counter()
    response = await http.post("/v1/embeddings", json={"input": f"The {i}th sentence to embed.", "dimensions": 128})
    total = (time.perf_counter() - begun) * 1000
    response.raise_for_status()
    return total, float(response.headers["Server-Timing"].partition("dur=")[2])
