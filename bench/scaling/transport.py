"""What carries requests and answers: Serve's proxy by gRPC, as in our configurations, or by actor calls, or HAProxy."""

from bench.figure import Figure
from bench.graph import client
from bench.scaling.graph import sleeping
from bench.scaling.request import served_ms
from bench.scaling.throughput import measured

REPLICAS, STREAMS = 8, (60, 120)
WAYS = {
    "proxy, gRPC": {},
    "proxy, actor calls": {"RAY_SERVE_USE_GRPC_BY_DEFAULT": "0"},
    "HAProxy, gRPC": {"RAY_SERVE_ENABLE_HA_PROXY": "1"},
}


async def measure() -> list[Figure]:
    """No goals but the request's: it is to be seen what each way costs."""
    return [figure for name, switches in WAYS.items() for figure in await _by(name, switches)]


async def _by(name: str, switches: dict[str, str]) -> list[Figure]:
    async with sleeping(REPLICAS, **switches) as workbench:
        async with client(workbench) as http:
            served = await served_ms(http)
        request = Figure(f"{name}: a request of one token", served, 0, "ms", is_floor=True)
        return [request, *[await measured(workbench, REPLICAS, streams, goal=0, way=name) for streams in STREAMS]]
