"""Questions travel together and every answer finds its asker."""

import asyncio

import pytest

from deployments.limits.gathering import Gathering


class Sums:
    """Answers all at once, after a moment in which others may ask."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.gathering = Gathering(self._double)

    async def _double(self, numbers):
        self.calls.append(len(numbers))
        await asyncio.sleep(0.01)
        if any(number < 0 for number in numbers):
            raise ValueError("negative")
        return [2 * number for number in numbers]


async def test_all_who_ask_meanwhile_travel_together():
    """A hundred at once need one call; those who come during it, one more."""
    sums = Sums()
    first = [asyncio.create_task(sums.gathering.ask(number)) for number in range(100)]
    await asyncio.sleep(0.005)
    second = [asyncio.create_task(sums.gathering.ask(number)) for number in range(50)]

    assert [2 * number for number in range(100)] == await asyncio.gather(*first)
    assert [2 * number for number in range(50)] == await asyncio.gather(*second)
    assert [100, 50] == sums.calls


async def test_whoever_leaves_takes_nobodys_answer_with_him():
    """Neither the one for whom the call was begun, nor one who waits for the next."""
    sums = Sums()
    begun, stays = [asyncio.create_task(sums.gathering.ask(number)) for number in (1, 2)]
    await asyncio.sleep(0.005)
    waits, goes_on = [asyncio.create_task(sums.gathering.ask(number)) for number in (3, 4)]
    await asyncio.sleep(0)
    for leaving in (begun, waits):
        leaving.cancel()

    assert [4, 8] == await asyncio.wait_for(asyncio.gather(stays, goes_on), 1)
    assert [2, 1] == sums.calls


async def test_a_failure_reaches_all_who_asked_and_no_others():
    """The next call is a new one."""
    sums = Sums()
    answers = await asyncio.gather(*(sums.gathering.ask(number) for number in (1, -1)), return_exceptions=True)

    assert [ValueError, ValueError] == list(map(type, answers))
    assert 6 == await sums.gathering.ask(3)


async def test_nobody_is_asked_for_those_who_have_left():
    """An empty call is none."""
    sums = Sums()
    first = asyncio.create_task(sums.gathering.ask(1))
    await asyncio.sleep(0.005)
    gone = asyncio.create_task(sums.gathering.ask(2))
    await asyncio.sleep(0)
    gone.cancel()
    await first
    with pytest.raises(asyncio.CancelledError):
        await gone
    await asyncio.sleep(0.02)

    assert [1] == sums.calls
