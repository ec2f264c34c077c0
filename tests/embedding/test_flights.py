"""Equal questions are answered once, and nobody's leaving harms another."""

import asyncio

import pytest

from deployments.embedding.flights import Flights


class Work:
    """A computation that ends when it is told to, and counts its beginnings and ends."""

    def __init__(self) -> None:
        self.started = self.finished = 0
        self.failure: Exception | None = None
        self.may_end = asyncio.Event()

    async def __call__(self) -> str:
        self.started += 1
        await self.may_end.wait()
        if self.failure:
            raise self.failure
        self.finished += 1
        return "done"


async def waiting(flights: Flights[str], work: Work, *keys: bytes) -> "asyncio.Task[dict[bytes, str]]":
    """A caller who has begun to wait."""
    caller = asyncio.create_task(flights.results(dict.fromkeys(keys, work)))
    await asyncio.sleep(0.01)
    return caller


async def test_equal_questions_share_one_computation():
    """Both get the answer, and it was computed once."""
    flights, work = Flights[str](), Work()
    callers = [await waiting(flights, work, b"key") for _ in range(3)]
    work.may_end.set()

    assert [{b"key": "done"}] * 3 == await asyncio.gather(*callers)
    assert (1, 2) == (work.started, flights.joined)


async def test_who_leaves_does_not_take_the_others_along():
    """The computation goes on for those who still wait, also when its first caller leaves."""
    flights, work = Flights[str](), Work()
    first, second = [await waiting(flights, work, b"key") for _ in range(2)]
    first.cancel()
    await asyncio.sleep(0.01)
    work.may_end.set()

    assert {b"key": "done"} == await second
    assert first.cancelled()
    assert 1 == work.started


async def test_when_the_last_leaves_the_work_stops():
    """Nothing is computed for nobody, and the next caller starts anew."""
    flights, work = Flights[str](), Work()
    for caller in [await waiting(flights, work, b"key") for _ in range(2)]:
        caller.cancel()
    await asyncio.sleep(0.01)
    work.may_end.set()

    assert {b"key": "done"} == await (await waiting(flights, work, b"key"))
    assert (2, 1) == (work.started, work.finished)


async def test_a_failure_is_everybodys_and_is_not_kept():
    """All who wait hear of it; who comes later may have better luck."""
    flights, work = Flights[str](), Work()
    work.failure = ValueError("no")
    callers = [await waiting(flights, work, b"key") for _ in range(2)]
    work.may_end.set()
    for caller in callers:
        with pytest.raises(ValueError, match="no"):
            await caller
    work.failure = None

    assert {b"key": "done"} == await flights.results({b"key": work})


async def test_the_first_failure_ends_the_wait():
    """The rest of a request is given up, unless others want it."""
    flights, slow, broken = Flights[str](), Work(), Work()
    broken.failure = ValueError("no")
    broken.may_end.set()
    other = await waiting(flights, slow, b"shared")
    with pytest.raises(ValueError, match="no"):
        await flights.results({b"shared": slow, b"mine": slow, b"broken": broken})
    slow.may_end.set()

    assert {b"shared": "done"} == await other
    assert (2, 1) == (slow.started, slow.finished)


def test_loops_do_not_wait_for_each_other():
    """What a loop left behind when it ended is no trap for the next one."""
    flights = Flights[str]()

    async def leave_behind():
        await waiting(flights, Work(), b"key")

    async def ask():
        work = Work()
        work.may_end.set()
        return await asyncio.wait_for(flights.results({b"key": work}), 1)

    asyncio.run(leave_behind())
    assert {b"key": "done"} == asyncio.run(ask())
