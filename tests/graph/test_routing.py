"""The router returns conversations to their replica, and one limiter counts for all doors."""

import asyncio
import contextlib
import os
import time

import pytest
import ray
from ray import serve
from ray.exceptions import RayActorError
from ray.serve.config import RequestRouterConfig

from deployments.config import LimitsConfig, RateLimit
from deployments.deployment_actor import declared
from deployments.limiter import ListeningLimiter, limiter_actors, limiter_of
from deployments.limits.limiter import Caller
from deployments.limits.messages import Address
from deployments.routing import SLOTS, Holdings, SessionRouter
from tests.ports import is_answered


@pytest.fixture(scope="module", autouse=True)
def _ray():
    ray.init(num_cpus=4, include_dashboard=False, log_to_driver=False, object_store_memory=100 * 1024 * 1024)
    serve.start(proxy_location="Disabled")
    yield
    serve.shutdown()
    ray.shutdown()


@serve.deployment(
    num_replicas=3,
    max_ongoing_requests=20,
    health_check_period_s=0.5,
    ray_actor_options={"num_cpus": 0},
    request_router_config=RequestRouterConfig(request_router_class=SessionRouter, request_routing_stats_period_s=0.2),
)
class Home:
    """Stands where a chat model would."""

    def __init__(self, slots: int) -> None:
        self._slots, self._holdings = slots, Holdings()

    def record_replica_metadata(self) -> dict:
        return {SLOTS: self._slots}

    def record_routing_stats(self) -> dict:
        return self._holdings.told()

    async def name(self, wait_s: float = 0.05) -> str:
        self._holdings.note_caller()
        await asyncio.sleep(wait_s)
        return serve.get_replica_context().replica_id.unique_id

    async def die(self) -> None:
        os._exit(1)


@serve.deployment(ray_actor_options={"num_cpus": 0})
class Neighbour:
    """Makes all its calls within one request, as another Ingress replica would."""

    def __init__(self, home) -> None:
        self.home = home

    async def homes(self, sessions: list[str]) -> list[str]:
        return await asyncio.gather(*(self.home.options(session_id=name).name.remote() for name in sessions))


SESSIONS = [f"session-{i}" for i in range(12)]


@pytest.fixture(scope="module", params=[2], ids="{} slots".format)
def neighbour(request):
    """A caller with a router of its own, beside the one of these tests. What these hold already is as good as new."""
    yield serve.run(Neighbour.bind(Home.bind(request.param)), name="homes", route_prefix=None)
    serve.delete("homes")


@pytest.fixture(scope="module")
def home(neighbour):
    return serve.get_deployment_handle("Home", "homes")


def said(home, session: str = "", wait_s: float = 0.0):
    return home.options(session_id=session).name.remote(wait_s)


def named(home, session: str) -> str:
    return said(home, session).result(timeout_s=30)


def wait_for_three(home, timeout_s: float = 30) -> None:
    """Until as many replicas share the calls that belong to no conversation."""
    deadline = time.monotonic() + timeout_s
    while len({answer.result(timeout_s=30) for answer in [said(home, wait_s=0.2) for _ in range(6)]}) < 3:
        assert time.monotonic() < deadline, "a third replica takes no call"


@pytest.mark.parametrize("neighbour", [20], indirect=True)
def test_a_conversation_returns_to_its_replica_whoever_asks(neighbour, home):
    """Calls that one request makes at once do not displace each other, and two routers agree without a word."""
    first, again = [neighbour.homes.remote(SESSIONS[:5]).result(timeout_s=20) for _ in range(2)]

    assert first == again == [named(home, session) for session in SESSIONS[:5]]
    assert len(set(first)) > 1


def test_a_full_home_spills_over_at_once_and_is_remembered(neighbour, home):
    """Its slots are taken and as many wait, so the turn goes elsewhere. There it stays; other routers hear of it."""
    session, full = SESSIONS[0], named(home, SESSIONS[0])
    others = [other for other in map("other-{}".format, range(40)) if named(home, other) == full][:4]
    time.sleep(0.5)  # the ends of these calls are heard a moment after their answers
    busy = [said(home, other, 4) for other in others]
    time.sleep(0.5)
    begun = time.monotonic()
    spilled = named(home, session)

    assert time.monotonic() - begun < 1
    assert full != spilled
    assert {full} == {answer.result(timeout_s=30) for answer in busy}
    assert [spilled] * 3 == [named(home, session) for _ in range(3)], "it stays when its first home is free again"
    time.sleep(2)  # what replicas tell is on its way
    assert [spilled] == neighbour.homes.remote([session]).result(timeout_s=20)


def test_a_turn_waits_a_moment_for_its_home(neighbour, home):
    """While fewer wait there than it has slots, computing everything anew would take longer."""
    session, full = SESSIONS[0], named(home, SESSIONS[0])
    others = [other for other in map("other-{}".format, range(40)) if named(home, other) == full][:3]
    time.sleep(0.5)
    busy = [said(home, other, 1) for other in others]
    time.sleep(0.3)

    assert full == named(home, session)
    assert {full} == {answer.result(timeout_s=30) for answer in busy}


def test_where_all_are_full_the_wait_is_shared(home):
    """Twelve calls of one conversation go through three replicas, not through one."""
    begun = time.monotonic()
    names = [answer.result(timeout_s=30) for answer in [said(home, "the same", 1) for _ in range(12)]]

    assert 3 == len(set(names))
    assert max(names.count(name) for name in names) <= 6
    assert time.monotonic() - begun < 4


def test_after_a_death_only_the_conversations_of_the_dead_move(home):
    """All others stay where they are, also when a successor has come."""
    before = {session: named(home, session) for session in SESSIONS}
    dead = before[SESSIONS[0]]
    with contextlib.suppress(RayActorError):
        home.options(session_id=SESSIONS[0]).die.remote().result(timeout_s=30)
    after = {session: named(home, session) for session in SESSIONS}

    assert dead not in after.values()
    assert [s for s in SESSIONS if before[s] != dead] == [s for s in SESSIONS if before[s] == after[s]]
    wait_for_three(home)
    assert after == {session: named(home, session) for session in SESSIONS}


class Door:
    """Asks the limiter as the Ingress does."""

    def __init__(self, config: LimitsConfig) -> None:
        self.limiter = limiter_of(config)

    async def allowed(self, times: int) -> list[bool]:
        caller = Caller("192.0.2.1")
        return [(await self.limiter.acquire("embed", caller)).allowed for _ in range(times)]

    async def kill_limiter(self) -> None:
        """Until its port is closed: while it dies, it still counts."""
        limiter = serve.get_deployment_actor("limiter")
        host, port, _ = await limiter.address.remote()
        ray.kill(limiter)
        while is_answered(host, port):
            await asyncio.sleep(0.01)


async def test_one_limiter_counts_for_all_and_is_replaced_when_it_dies():
    """Exactly as many as allowed pass three doors; without a limiter nobody is shut out, and a new one counts again."""
    config = LimitsConfig(embed=RateLimit(calls=5, seconds=600))
    door = serve.deployment(
        name="Door", num_replicas=3, ray_actor_options={"num_cpus": 0}, deployment_actors=limiter_actors(config)
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


class WalledIn(ListeningLimiter):
    """Of a machine that does not let it listen."""

    async def address(self) -> Address:
        raise OSError("no port for this process")


async def test_a_limiter_whose_port_is_out_of_reach_counts_all_the_same():
    """Three doors call its actor instead."""
    config = LimitsConfig(embed=RateLimit(calls=5, seconds=600))
    walled_in = declared("limiter", ray.remote(WalledIn), config.tracked_clients)
    door = serve.deployment(
        name="Door", num_replicas=3, ray_actor_options={"num_cpus": 0}, deployment_actors=[walled_in]
    )(Door)
    handle = serve.run(door.bind(config), name="doors", route_prefix=None)
    answers = await asyncio.gather(*(handle.allowed.remote(3) for _ in range(6)))

    assert 5 == sum(map(sum, answers))
    serve.delete("doors")


async def test_redis_counts_for_all_without_an_actor(redis_server):
    """Where one is configured, three doors ask it alone."""
    config = LimitsConfig(url=redis_server.url, embed=RateLimit(calls=5, seconds=600))
    assert [] == limiter_actors(config)
    door = serve.deployment(name="Door", num_replicas=3, ray_actor_options={"num_cpus": 0})(Door)
    handle = serve.run(door.bind(config), name="doors", route_prefix=None)
    answers = await asyncio.gather(*(handle.allowed.remote(3) for _ in range(9)))

    assert 5 == sum(map(sum, answers))
    serve.delete("doors")
