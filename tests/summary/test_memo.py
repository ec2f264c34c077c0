"""An answer is computed once, kept while there is room, and never kept when it failed."""

import asyncio

import pytest

from deployments.summary.document import Answer
from deployments.summary.memo import Memo


class Work:
    """Answers with its text when it is let go; counts how often it began and how often it was stopped."""

    def __init__(self, text: str = "answer", error: Exception | None = None) -> None:
        self.text, self.error = text, error
        self.begun = self.stopped = 0
        self.may_end = asyncio.Event()

    async def __call__(self) -> Answer:
        self.begun += 1
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        if self.error:
            raise self.error
        return Answer(self.text)

    @classmethod
    def done(cls, text: str = "answer", error: Exception | None = None) -> "Work":
        work = cls(text, error)
        work.may_end.set()
        return work


async def test_an_answer_is_computed_once():
    """The second time it is known."""
    memo, work = Memo(10_000), Work.done()

    assert (Answer("answer"), False) == await memo.get(b"k", work)
    assert (Answer("answer"), True) == await memo.get(b"k", work)
    assert 1 == work.begun


async def test_equal_requests_at_the_same_time_share_one_computation():
    """All get the answer of the first."""
    memo, work = Memo(10_000), Work()
    askers = [asyncio.create_task(memo.get(b"k", work)) for _ in range(5)]
    await asyncio.sleep(0)
    work.may_end.set()

    assert [(Answer("answer"), False)] * 5 == await asyncio.gather(*askers)
    assert 1 == work.begun


async def test_who_leaves_does_not_stop_it_for_the_others():
    """The first asker may go; the second still gets the answer."""
    memo, work = Memo(10_000), Work()
    first, second = (asyncio.create_task(memo.get(b"k", work)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    work.may_end.set()

    assert (Answer("answer"), False) == await second
    assert 1 == work.begun


async def test_it_stops_when_the_last_one_leaves():
    """Nobody waits, so nothing is computed; the next asker begins anew."""
    memo, work = Memo(10_000), Work()
    askers = [asyncio.create_task(memo.get(b"k", work)) for _ in range(2)]
    await asyncio.sleep(0)
    for asker in askers:
        asker.cancel()
    await asyncio.gather(*askers, return_exceptions=True)
    await asyncio.sleep(0)
    work.may_end.set()

    assert 1 == work.stopped
    assert (Answer("answer"), False) == await memo.get(b"k", work)


async def test_errors_are_shared_and_never_kept():
    """All who wait hear of it; the next request tries again."""
    memo = Memo(10_000)
    failing = Work.done(error=ValueError("no"))
    outcomes = await asyncio.gather(*(memo.get(b"k", failing) for _ in range(3)), return_exceptions=True)

    assert ["no"] * 3 == [str(outcome) for outcome in outcomes]
    assert 1 == failing.begun
    assert (Answer("answer"), False) == await memo.get(b"k", Work.done())


@pytest.mark.parametrize("max_bytes", [0, 600])
async def test_what_does_not_fit_is_not_kept(max_bytes):
    """A cache without room still answers."""
    memo, work = Memo(max_bytes), Work.done("x" * 1000)

    assert [False, False] == [(await memo.get(b"k", work))[1] for _ in range(2)]


async def test_the_least_recently_used_answer_goes_first():
    """Room is counted in bytes: two answers of a thousand characters, not three."""
    memo, work = Memo(3500), Work.done("x" * 1000)
    for key in (b"a", b"b", b"a", b"c"):
        await memo.get(key, work)

    assert [True, True, False] == [(await memo.get(key, work))[1] for key in (b"a", b"c", b"b")]
