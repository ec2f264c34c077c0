"""The router returns conversations to their replica, also when one request makes several calls."""

import asyncio

import pytest
import ray
from ray import serve
from ray.serve.config import RequestRouterConfig

from deployments.config import LimitsConfig, RateLimit
from deployments.limiter import RemoteLimiter, limiter_actor
from deployments.limits.limiter import Caller
from deployments.routing import SessionRouter


@pytest.fixture(scope="module", autouse=True)
def _ray():
    ray.init(num_cpus=4, include_dashboard=False, log_to_driver=False, object_store_memory=100 * 1024 * 1024)
    serve.start(proxy_location="Disabled")
    yield
    serve.shutdown()
    ray.shutdown()


@serve.deployment(
    num_replicas=3,
    ray_actor_options={"num_cpus": 0},
    request_router_config=RequestRouterConfig(request_router_class=SessionRouter),
)
class Home:
    async def name(self) -> str:
        await asyncio.sleep(0.05)
        return serve.get_replica_context().replica_id.unique_id


@serve.deployment(ray_actor_options={"num_cpus": 0})
class Caller5:
    """Makes five calls within one request."""

    def __init__(self, home) -> None:
        self.home = home

    async def homes(self, sessions: list[str]) -> list[str]:
        return await asyncio.gather(*(self.home.options(session_id=name).name.remote() for name in sessions))


def test_a_conversation_returns_to_its_replica_and_calls_do_not_displace_each_other():
    """Five calls at once all come back, each from where it went before; not all from one place."""
    handle = serve.run(Caller5.bind(Home.bind()), name="homes", route_prefix=None)
    sessions = [f"session-{i}" for i in range(5)]
    first, again = [handle.homes.remote(sessions).result(timeout_s=20) for _ in range(2)]

    assert first == again
    assert len(set(first)) > 1
    serve.delete("homes")


class Door:
    """Asks the limiter as the Ingress does."""

    def __init__(self, config: LimitsConfig) -> None:
        self.limiter = RemoteLimiter(config)

    async def allowed(self, times: int) -> list[bool]:
        caller = Caller("192.0.2.1")
        return [(await self.limiter.acquire("embed", caller)).allowed for _ in range(times)]

    async def kill_limiter(self) -> None:
        ray.kill(serve.get_deployment_actor("limiter"))


async def test_one_limiter_counts_for_all_and_is_replaced_when_it_dies():
    """Exactly as many as allowed pass two doors; without a limiter nobody is shut out, and a new one counts again."""
    config = LimitsConfig(embed=RateLimit(calls=5, seconds=600))
    door = serve.deployment(
        name="Door", num_replicas=2, ray_actor_options={"num_cpus": 0}, deployment_actors=[limiter_actor(config)]
    )(Door)
    handle = serve.run(door.bind(config), name="doors", route_prefix=None)
    answers = await asyncio.gather(*(handle.allowed.remote(3) for _ in range(6)))
    assert 5 == sum(map(sum, answers))

    await handle.kill_limiter.remote()
    assert any(await handle.allowed.remote(1))
    async with asyncio.timeout(30):
        while all(await handle.allowed.remote(6)):
            await asyncio.sleep(0.5)
    serve.delete("doors")
