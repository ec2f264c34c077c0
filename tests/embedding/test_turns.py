"""Whose turn it is: callers and their requests advance side by side, and nobody waits for ever."""

from hypothesis import given
from hypothesis import strategies as st

from deployments.embedding.queue import FairQueue, Job, Line

# Requests: who asks, and how long the texts are.
requests = st.lists(
    st.tuples(st.sampled_from("abc"), st.lists(st.integers(1, 9), min_size=1, max_size=8)), min_size=1, max_size=6
)


def stand(queue: FairQueue, line: Line, lengths: list[int]) -> list[Job]:
    jobs = [Job([0] * length, line) for length in lengths]
    for job in jobs:
        queue.add(job)
    return jobs


def queued(asked) -> tuple[FairQueue, list[list[Job]]]:
    queue = FairQueue()
    return queue, [stand(queue, Line(caller), lengths) for caller, lengths in asked]


@given(requests)
def test_each_text_has_its_turn_once(asked):
    """Those of one request in their order."""
    queue, jobs = queued(asked)
    taken = queue.take(1000)

    assert sum(map(len, jobs)) == len(set(taken))
    assert all(own == [job for job in taken if job in own] for own in jobs)
    assert not queue


@given(requests)
def test_callers_who_wait_have_had_about_the_same(asked):
    """They differ by one text at most, however many requests each has."""
    queue, _ = queued(asked)
    left = {caller: sum(sum(sizes) for name, sizes in asked if name == caller) for caller, _ in asked}
    had = dict.fromkeys(left, 0)
    for job in queue.take(1000):
        waiting = [had[caller] for caller in left if left[caller]]
        assert max(waiting) - min(waiting) <= 9
        had[job.line.name] += len(job.tokens)
        left[job.line.name] -= len(job.tokens)


@given(requests, st.integers(0, 20), st.data())
def test_what_is_given_back_keeps_its_turn(asked, most, data):
    """As if it had never been taken."""
    queue, _ = queued(asked)
    taken = queue.take(most)
    kept = data.draw(st.integers(0, len(taken)))
    queue.give_back(taken[kept:])
    untouched, _ = queued(asked)
    order = [(job.line.name, len(job.tokens)) for job in taken[:kept] + queue.take(1000)]

    assert order == [(job.line.name, len(job.tokens)) for job in untouched.take(1000)]


def test_who_comes_late_is_not_first_for_ever():
    """It is ahead of the others by what one batch has given them, not by all that they have had before it."""
    queue = FairQueue()
    stand(queue, Line("early"), [10] * 40)
    for _ in range(2):
        queue.take(10)
    stand(queue, Line("late"), [10] * 40)
    queue.take(10)

    turns = [job.line.name for job in queue.take(10)]
    assert (5, 5) == (turns.count("early"), turns.count("late"))


def test_a_short_text_passes_a_long_one():
    """That came before it, from the same caller or another."""
    queue = FairQueue()
    [long] = stand(queue, Line("a"), [900])
    shorts = [stand(queue, Line(name), [20])[0] for name in "ab"]

    assert {*shorts} == {*queue.take(2)}
    assert [long] == queue.take(1)


@given(st.lists(st.integers(1, 30), min_size=100, max_size=100))
def test_a_long_text_is_not_passed_for_ever(lengths):
    """However many short ones come, those that pass it have fewer tokens than itself."""
    queue, passed = FairQueue(), 0
    [long] = stand(queue, Line(), [100])
    for length in lengths:
        stand(queue, Line(), [length])
        [job] = queue.take(1)
        if job is long:
            return
        passed += length
        assert passed <= 100
    raise AssertionError("it still waits")
