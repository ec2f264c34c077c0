"""An answer is computed once, kept while there is room and time, and never kept when it failed."""

import asyncio

import pytest

from deployments.summary.document import Answer
from deployments.summary.memo import Memo, Told


class Work:
    """Says `piece`, and answers with its text when it is let go; counts how often it began and was stopped."""

    def __init__(self, text: str = "answer", error: Exception | None = None) -> None:
        self.text, self.error = text, error
        self.begun = self.stopped = 0
        self.may_end = asyncio.Event()

    async def __call__(self):
        self.begun += 1
        yield "piece"
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        if self.error:
            raise self.error
        yield Answer(self.text)

    @classmethod
    def done(cls, text: str = "answer", error: Exception | None = None) -> "Work":
        work = cls(text, error)
        work.may_end.set()
        return work


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def remember(max_bytes: int = 10_000, **more) -> Memo:
    return Memo(max_bytes, ttl_s=60, **more)


async def hear(memo: Memo, work: Work, key: bytes = b"k", **more) -> list:
    return [event async for event in memo.stream(key, work, **more)]


async def origin(memo: Memo, work: Work, key: bytes = b"k", **more) -> str:
    return (await hear(memo, work, key, **more))[-1].origin


async def test_an_answer_is_computed_once():
    """The second time it is known, and told in one piece."""
    memo, work = remember(), Work.done()

    assert ["piece", Told(Answer("answer"), "computed")] == await hear(memo, work)
    assert ["answer", Told(Answer("answer"), "known")] == await hear(memo, work)
    assert 1 == work.begun


async def test_equal_requests_at_the_same_time_share_one_computation():
    """All hear all of it, also those who come late."""
    memo, work = remember(), Work()
    askers = [asyncio.create_task(hear(memo, work)) for _ in range(5)]
    await asyncio.sleep(0.01)
    late = asyncio.create_task(hear(memo, work))
    await asyncio.sleep(0.01)
    work.may_end.set()
    first, *others = await asyncio.gather(*askers, late)

    assert ["piece", Told(Answer("answer"), "computed")] == first
    assert [["piece", Told(Answer("answer"), "shared")]] * 5 == others
    assert 1 == work.begun


async def test_who_listens_slowly_delays_nobody():
    """Each has a place of their own in what was told."""
    memo, work = remember(), Work.done()
    slow = memo.stream(b"k", work)

    assert "piece" == await anext(slow)
    assert "shared" == await origin(memo, work)
    assert [Told(Answer("answer"), "computed")] == [event async for event in slow]


async def test_who_leaves_does_not_stop_it_for_the_others():
    """The first asker may go; the second still gets the answer."""
    memo, work = remember(), Work()
    first, second = (asyncio.create_task(hear(memo, work)) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.sleep(0.01)
    work.may_end.set()

    assert Told(Answer("answer"), "shared") == (await second)[-1]
    assert (1, 0) == (work.begun, work.stopped)


async def test_it_stops_when_the_last_one_leaves():
    """Nobody waits, so nothing is computed; the next asker begins anew."""
    memo, work = remember(), Work()
    askers = [asyncio.create_task(hear(memo, work)) for _ in range(2)]
    await asyncio.sleep(0.01)
    for asker in askers:
        asker.cancel()
    await asyncio.gather(*askers, return_exceptions=True)
    await asyncio.sleep(0.01)
    work.may_end.set()

    assert 1 == work.stopped
    assert "computed" == await origin(memo, work)


async def test_a_fresh_one_is_its_caller_s_alone():
    """It shares nothing, and what it finds is kept for the others."""
    memo, work = remember(), Work.done()

    assert ["computed"] * 3 == await asyncio.gather(*(origin(memo, work, fresh=bool(i)) for i in range(3)))
    assert 3 == work.begun
    assert "known" == await origin(memo, work)


async def test_errors_are_shared_and_never_kept():
    """All who wait hear of it; the next request tries again."""
    memo = remember()
    failing = Work.done(error=ValueError("no"))
    outcomes = await asyncio.gather(*(hear(memo, failing) for _ in range(3)), return_exceptions=True)

    assert ["no"] * 3 == [str(outcome) for outcome in outcomes]
    assert 1 == failing.begun
    assert "computed" == await origin(memo, Work.done())


async def test_an_error_is_not_shared_with_those_who_come_later():
    """Not even while somebody still listens to what failed."""
    memo = remember()
    slow = memo.stream(b"k", Work.done(error=ValueError("no")))
    await anext(slow)
    await asyncio.sleep(0.01)

    assert "computed" == await origin(memo, Work.done())
    with pytest.raises(ValueError, match="no"):
        await anext(slow)
    assert "known" == await origin(memo, Work.done())


@pytest.mark.parametrize("max_bytes", [0, 600])
async def test_what_does_not_fit_is_not_kept(max_bytes):
    """A cache without room still answers."""
    memo, work = remember(max_bytes), Work.done("x" * 1000)

    assert ["computed"] * 2 == [await origin(memo, work) for _ in range(2)]


async def test_the_least_recently_used_answer_goes_first():
    """Room is counted in bytes: two answers of a thousand characters, not three."""
    memo, work = remember(3500), Work.done("x" * 1000)
    for key in (b"a", b"b", b"a", b"c"):
        await hear(memo, work, key)

    assert ["known", "known", "computed"] == [await origin(memo, work, key) for key in (b"a", b"c", b"b")]


async def test_an_answer_grows_old():
    """After its time it is computed again."""
    clock, work = Clock(), Work.done()
    memo = remember(clock=clock)
    origins = []
    for clock.now in (0, 59, 61):
        origins.append(await origin(memo, work))

    assert ["computed", "known", "computed"] == origins


async def test_entries_may_be_counted_too():
    """Whatever their size."""
    memo, work = remember(max_entries=1), Work.done()

    assert ["computed", "computed", "known", "computed"] == [
        await origin(memo, work, key) for key in (b"a", b"b", b"b", b"a")
    ]
