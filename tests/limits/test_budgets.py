"""A key spends what its budget allows, counted exactly wherever that is done, and nothing while nobody counts."""

import asyncio
import time
from contextlib import suppress

import pytest

from deployments.config import LimitsConfig, TokenBudget
from deployments.errors import Overloaded, RateLimitExceeded, ServingError
from deployments.limits.ledger import Ledger
from deployments.limits.redis_budgets import RedisBudgets
from tests.limits.local_budgets import LocalBudgets

A_DAY = 86_400


@pytest.fixture(params=["memory", "redis"])
async def budgets(request):
    """Makes doors to one count."""
    ledger, made = Ledger(), []
    url = request.getfixturevalue("redis_server").url if request.param == "redis" else ""

    def door(tokens: int = 100, seconds: int = A_DAY, **others: TokenBudget):
        config = LimitsConfig(budget=TokenBudget(tokens=tokens, seconds=seconds), budgets=others)
        made.append(RedisBudgets(config, url) if url else LocalBudgets(config, ledger))
        return made[-1]

    yield door
    for one in made:
        if url:
            await one.close()


async def spend(budgets, tokens: int, key: str = "alice", held: int = 10) -> bool:
    """Whether it was let in."""
    try:
        async with budgets.charging(key, held) as charge:
            charge.correct(tokens)
    except RateLimitExceeded:
        return False
    return True


async def test_what_was_really_used_is_charged(budgets):
    """Neither more nor less than it was found to be; the call that takes the last tokens may go beyond them."""
    door = budgets(100)

    assert [True, True, True, False] == [await spend(door, tokens) for tokens in (99, 0, 50, 1)]


async def test_a_refusal_says_when_all_is_there_again(budgets):
    """In the words of the rate limits, with the size of the budget."""
    door = budgets(5, 60)
    await spend(door, 5)
    with pytest.raises(RateLimitExceeded, match=r"^Rate limit exceeded\. Try again in \d+ seconds\.$") as caught:
        async with door.charging("alice", 1):
            pass

    assert 58 <= caught.value.retry_after_s <= 60
    assert 5 == caught.value.limit


async def test_a_span_ends_and_the_next_begins_with_the_first_token(budgets):
    """All of the budget is there again at once; what was held before it has no part in it."""
    door = budgets(10, 1)
    await spend(door, 10)
    assert not await spend(door, 1)
    async with budgets(1000, 1).charging("alice", 500):
        await asyncio.sleep(1.05)
        assert await spend(door, 9)

    assert [True, False] == [await spend(door, 1), await spend(door, 1)]


async def test_calls_under_way_hold_what_they_may_cost(budgets):
    """Over all doors; so only one at a time can go beyond the budget. What they did not need is given back."""
    doors = [budgets(100) for _ in range(3)]
    async with doors[0].charging("alice", 60) as first, doors[1].charging("alice", 60) as second:
        assert not await spend(doors[2], 1)
        first.correct(1)
        second.correct(1)

    assert await spend(doors[2], 97)
    assert await spend(doors[0], 1)
    assert not await spend(doors[1], 1)


async def test_many_at_once_are_counted_exactly(budgets):
    """A hundred and fifty who spend one token each, of a hundred."""
    doors = [budgets(100) for _ in range(3)]
    let_in = await asyncio.gather(*(spend(doors[i % 3], 1, held=1) for i in range(150)))

    assert 100 == sum(let_in)


async def test_who_leaves_or_fails_is_charged_too(budgets):
    """What was used by then; where nobody knows, what was held."""
    door = budgets(100)
    started = asyncio.Event()

    async def leave(known: bool) -> None:
        async with door.charging("alice", 40) as charge:
            if known:
                charge.correct(30)
            started.set()
            await asyncio.sleep(60)

    for known in (True, False):
        started.clear()
        task = asyncio.create_task(leave(known))
        await started.wait()
        task.cancel()
        await asyncio.wait([task])
    with suppress(ServingError):
        async with door.charging("alice", 10) as charge:
            charge.correct(29)
            raise ServingError("half of an answer")

    assert [True, False] == [await spend(door, 1), await spend(door, 1)]


async def test_who_leaves_before_the_call_begins_holds_nothing(budgets):
    """The counter may have said yes by then."""
    door = budgets(100)
    leaving = [asyncio.create_task(spend(door, 50, held=50)) for _ in range(2)]
    await asyncio.sleep(0)
    for task in leaving:
        task.cancel()
    await asyncio.wait(leaving)

    assert [True, True, False] == [await spend(door, tokens) for tokens in (99, 1, 1)]


async def test_each_key_has_a_budget_of_its_own(budgets):
    """The common one, or its own."""
    door = budgets(10, rich=TokenBudget(tokens=1000, seconds=A_DAY))

    assert [True, False] == [await spend(door, 10), await spend(door, 1)]
    assert [True, True] == [await spend(door, 10, key=key) for key in ("bob", "rich")]
    assert [True, False] == [await spend(door, 990, key="rich"), await spend(door, 1, key="rich")]


async def test_without_a_budget_nothing_is_counted():
    """Nor is anybody asked."""
    door = RedisBudgets(LimitsConfig(), "redis://127.0.0.1:9/0")

    assert await spend(door, 10**9)
    assert await spend(door, 1)


async def test_while_redis_is_away_nothing_is_spent(redis_server, caplog):
    """A call under way ends well; what it cost beyond what was held is written to the log."""
    door = RedisBudgets(LimitsConfig(budget=TokenBudget(tokens=100, seconds=60)), redis_server.url)
    async with door.charging("alice", 10) as charge:
        charge.correct(25)
        redis_server.kill()
    begun = time.monotonic()
    with pytest.raises(Overloaded, match="this model costs money"):
        async with door.charging("alice", 1):
            pass
    await door.close()

    assert time.monotonic() - begun < 2
    assert "+15 tokens of alice are not booked" in caplog.text
