"""Counts in Redis keep every promise of those in memory, over any number of doors, and Redis may be away."""

import asyncio
import time

import pytest
from redis import Redis

from deployments.config import LimitsConfig, RateLimit
from deployments.errors import ConfigError
from deployments.limits.limiter import Caller
from deployments.limits.redis import AWAY_S, RedisLimiter

ALICE, BOB = Caller("192.0.2.1", "alice"), Caller("192.0.2.2", "bob")


@pytest.fixture
async def limiter(redis_server):
    """Makes doors: each has connections of its own."""
    made = []

    def door(**limits) -> RedisLimiter:
        config = LimitsConfig(**{"embed": RateLimit(calls=2, seconds=60)} | limits)
        made.append(RedisLimiter(config, redis_server.url))
        return made[-1]

    yield door
    for one in made:
        await one.close()


async def allowed(limiter: RedisLimiter, caller: Caller, times: int) -> list[bool]:
    return [(await limiter.acquire("embed", caller)).allowed for _ in range(times)]


async def test_the_call_beyond_the_limit_is_refused_and_costs_nothing(limiter):
    """The answer says how the window stands."""
    door = limiter()
    first = await door.acquire("embed", ALICE)

    assert (True, 2, 1, True) == (first.allowed, first.limit, first.remaining, first.is_counted)
    assert [True, False, False] == await allowed(door, ALICE, 3)
    assert 58 <= (await door.peek("embed", ALICE)).reset_s <= 60
    assert (await door.acquire("embed", BOB)).allowed
    assert (await door.acquire("chat", ALICE)).allowed


async def test_three_doors_let_in_exactly_as_many_as_one(limiter):
    """However many ask at the same time."""
    doors = [limiter(embed=RateLimit(calls=50, seconds=60)) for _ in range(3)]
    grants = []
    for _ in range(5):  # at once no more than a busy machine answers before they count as unanswered
        grants += await asyncio.gather(*(doors[i % 3].acquire("embed", ALICE) for i in range(300)))

    assert 50 == sum(grant.allowed for grant in grants)
    assert 1500 == sum(grant.is_counted for grant in grants)


async def test_a_request_fits_all_its_windows_or_is_counted_in_none(limiter):
    """What the key refuses, the address is not charged for, also when many ask at once."""
    limits = {"embed": RateLimit(calls=100, seconds=60), "per_key": {"embed": RateLimit(calls=3, seconds=60)}}
    doors = [limiter(**limits) for _ in range(3)]
    grants = await asyncio.gather(*(doors[i % 3].acquire("embed", ALICE) for i in range(30)))

    assert 3 == sum(grant.allowed for grant in grants)
    assert 97 == (await doors[0].peek("embed", ALICE._replace(key=None))).remaining


async def test_the_window_moves(limiter):
    """A place is free as soon as its own call has left."""
    door = limiter(embed=RateLimit(calls=2, seconds=1))
    assert [True, True, False] == await allowed(door, ALICE, 3)
    await asyncio.sleep(1.05)

    assert [True, True, False] == await allowed(door, ALICE, 3)


async def test_a_count_can_be_given_back(limiter):
    """Through whichever door; looking costs nothing, and giving back what was never taken gives nothing."""
    one, other = limiter(), limiter()
    await allowed(one, ALICE, 2)

    assert 1 == (await other.refund("embed", ALICE)).remaining
    assert 1 == (await other.peek("embed", ALICE)).remaining
    assert [True, False] == await allowed(one, ALICE, 2)
    assert 2 == (await other.refund("embed", BOB)).remaining


async def test_nothing_is_kept_longer_than_its_window(limiter, redis_server):
    """So memory is bounded by who came lately."""
    door = limiter(embed=RateLimit(calls=2, seconds=1))
    for i in range(50):
        await door.acquire("embed", Caller(f"10.0.0.{i}"))
    assert 50 == Redis.from_url(redis_server.url).dbsize()
    await asyncio.sleep(1.3)

    assert 0 == len(Redis.from_url(redis_server.url).keys())


async def test_without_redis_everybody_is_let_in_uncounted_and_at_once(limiter, redis_server):
    """When it is back, it counts again."""
    door = limiter()
    await allowed(door, ALICE, 2)
    redis_server.kill()
    begun = time.monotonic()
    grants = [await door.acquire("embed", ALICE) for _ in range(20)]

    assert time.monotonic() - begun < 1
    assert {(True, False, 2)} == {(grant.allowed, grant.is_counted, grant.remaining) for grant in grants}
    redis_server.start()
    await asyncio.sleep(AWAY_S)
    assert [True, True, False] == await allowed(door, ALICE, 3)


async def test_a_redis_that_hangs_delays_one_request_and_no_other(limiter, redis_server):
    """By half a second."""
    door = limiter()
    await door.peek("embed", ALICE)
    redis_server.hang()
    begun = time.monotonic()
    grants = [await door.acquire("embed", ALICE) for _ in range(20)]
    redis_server.go_on()

    assert time.monotonic() - begun < 2
    assert not any(grant.is_counted for grant in grants)


async def test_a_question_takes_a_moment(limiter):
    """Sixty-four who ask at once wait less than three milliseconds each on the median, on a machine that is busy."""
    door = limiter(embed=RateLimit(calls=10_000, seconds=60))
    await asyncio.gather(*(door.acquire("embed", ALICE) for _ in range(64)))
    begun = time.monotonic()
    for _ in range(10):
        await asyncio.gather(*(door.acquire("embed", ALICE) for _ in range(64)))

    assert (time.monotonic() - begun) / 640 < 0.003


@pytest.mark.parametrize("url", ["http://x", "redis", "redis://host:port"])
def test_a_url_that_cannot_be_meant_is_refused(url):
    """Without repeating what may be a password."""
    with pytest.raises(ConfigError, match=r"limits\.url is no URL of a Redis"):
        RedisLimiter(LimitsConfig(), url)
