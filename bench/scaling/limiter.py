"""A call to the limiter, as an Ingress replica makes it: to our own, and to Redis."""

import asyncio
import logging
import random
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import quantiles

from bench.figure import Figure
from deployments.config import LimitsConfig
from deployments.limits.limiter import Caller
from tests.graph.workbench import NO_LIMITS
from tests.redis_server import RedisServer

CALLERS, ROUNDS, WARM_UP = 64, 40, 5
CALLS_PER_S = 100  # by all of them: 360,000 requests an hour


async def measure() -> list[Figure]:
    server = RedisServer()
    redis = LimitsConfig.model_validate({**NO_LIMITS, "url": server.url})
    try:
        return [
            *await _figures("the limiter", LimitsConfig.model_validate(NO_LIMITS)),
            *await _figures("Redis", redis),
        ]
    finally:
        server.kill()


async def _figures(name: str, config: LimitsConfig) -> list[Figure]:
    """In a process of its own, for the Ray in it is not the bench's."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        loop = asyncio.get_running_loop()
        calm, busy = await loop.run_in_executor(process, times_ms, config)
    per_s = f"{CALLS_PER_S} calls a second together"
    return [
        Figure(f"a call to {name}, p99 of {CALLERS} callers", _p99(calm), 1.5, "ms", f"{per_s}; {_summary(calm)}"),
        Figure("the same without a pause between calls", _p99(busy), 1.5, "ms", _summary(busy)),
    ]


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98]


def _summary(times: list[float]) -> str:
    return f"{len(times)} calls, median {quantiles(times, n=2)[0]:.3g} ms"


def times_ms(config: LimitsConfig) -> tuple[list[float], list[float]]:
    """Of callers that pause between calls, and of some that do not."""
    import ray
    from ray import serve

    from deployments.limiter import limiter_actors

    logging.getLogger("ray.serve").setLevel(logging.WARNING)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    serve.start(proxy_location="Disabled")
    door = serve.deployment(
        name="Door", ray_actor_options={"num_cpus": 0}, max_ongoing_requests=2, deployment_actors=limiter_actors(config)
    )(Door)
    handle = serve.run(door.bind(config), name="door", route_prefix=None)
    calm, busy = (handle.times_ms.remote(pause_s).result() for pause_s in (CALLERS / CALLS_PER_S, 0.0))
    serve.shutdown()
    ray.shutdown()
    return calm, busy


class Door:
    """Asks for many callers at once, as the Ingress does."""

    def __init__(self, config: LimitsConfig) -> None:
        from deployments.limiter import limiter_of

        self._limiter = limiter_of(config)

    async def times_ms(self, pause_s: float) -> list[float]:
        """Pauses last as long as chance has it, `pause_s` on average."""
        callers = await asyncio.gather(*(self._ask(f"10.0.0.{number}", pause_s) for number in range(CALLERS)))
        return [took for times in callers for took in times[WARM_UP:]]

    async def _ask(self, address: str, pause_s: float) -> list[float]:
        times = []
        for _ in range(WARM_UP + ROUNDS):
            if pause_s:
                await asyncio.sleep(random.expovariate(1 / pause_s))
            begun = time.perf_counter()
            await self._limiter.acquire("chat", Caller(address))
            times.append((time.perf_counter() - begun) * 1000)
        return times
