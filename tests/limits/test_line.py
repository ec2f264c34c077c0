"""Questions travel to the limiter's port and answers come back, each to its question, whoever dies, hangs or leaves."""

import asyncio
import time

import pytest

from deployments.limits.gathering import Gathering
from deployments.limits.line import ANSWER_S, Line
from tests.limits.limiter_process import acquire
from tests.ports import free_port


async def test_a_line_is_answered_in_order_by_one_limiter_for_all(limiter):
    """Two doors share a count, and the second question of one call sees what the first has counted."""
    doors = [await Line.to(limiter.address) for _ in range(2)]
    first = await doors[0].ask([acquire("alice"), acquire("bob")])
    second = await doors[1].ask([acquire("alice"), acquire("alice"), ("refund", acquire("alice")[1])])

    assert [(True, 2, 1), (True, 2, 1)] == [(one.allowed, one.limit, one.remaining) for one in first]
    assert [(True, 0), (False, 0), (True, 1)] == [(one.allowed, one.remaining) for one in second]


async def test_a_limiter_that_dies_between_questions_is_missed_at_once(limiter):
    """The line knows it without a question, and where it did not, a question fails without a wait."""
    lines = [await Line.to(limiter.address) for _ in range(2)]
    limiter.kill()
    begun = time.monotonic()
    with pytest.raises(OSError, match=r"reset|Incomplete"):
        await lines[0].ask([acquire("alice")])
    await asyncio.sleep(0.05)

    assert time.monotonic() - begun < ANSWER_S / 2
    assert [False, False] == [line.is_open for line in lines]


async def test_a_limiter_that_hangs_is_waited_for_a_second_and_its_late_answer_is_nobodys(limiter):
    """The line is closed; a new one is answered with what it asks itself."""
    line = await Line.to(limiter.address)
    limiter.hang()
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        await line.ask([acquire("alice")])
    assert ANSWER_S <= time.monotonic() - begun < 2 * ANSWER_S
    assert not line.is_open

    limiter.go_on()
    with pytest.raises(OSError, match=r"reset|closed|Incomplete"):
        await line.ask([acquire("alice")])
    assert [7] == [one.limit for one in await (await Line.to(limiter.address)).ask([acquire("bob", calls=7)])]


async def test_where_nobody_listens_there_is_no_line(limiter):
    """Nor where something answers that is no limiter."""
    with pytest.raises(ConnectionError, match=r"no way to 127\.0\.0\.1:"):
        await Line.to(limiter.address._replace(port=free_port()))
    with pytest.raises(ConnectionError, match=r"no way to 127\.0\.0\.1:"):
        await Line.to(limiter.address._replace(secret=b"x" * 32))


async def test_a_caller_who_leaves_in_the_middle_of_an_answer_closes_the_line(limiter):
    """So the next question cannot get the answer of the one before."""
    line = await Line.to(limiter.address)
    limiter.hang()
    leaving = asyncio.create_task(line.ask([acquire("alice")]))
    await asyncio.sleep(0.05)
    leaving.cancel()
    limiter.go_on()

    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert not line.is_open


async def test_of_many_callers_each_gets_his_own_answer_though_others_leave(limiter):
    """They travel together over one line, which stays open; each is known by the size of its window."""
    line = await Line.to(limiter.address)
    gathering = Gathering(line.ask)
    for round in range(20):
        asking = [asyncio.create_task(gathering.ask(acquire(f"{round}:{i}", calls=i + 1))) for i in range(100)]
        for place, leaving in enumerate(asking[::3]):
            if place % 2:
                await asyncio.sleep(0.0002)
            leaving.cancel()
        answers = await asyncio.gather(*asking, return_exceptions=True)
        stayed = {i: answer.limit for i, answer in enumerate(answers) if not isinstance(answer, BaseException)}

        assert {i: i + 1 for i in stayed} == stayed
        assert set(stayed) >= {i for i in range(100) if i % 3}
    assert line.is_open
