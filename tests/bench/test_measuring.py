"""What the bench measures with, measured by hand."""

import pytest

from bench.engine.ask import Answer
from bench.engine.python_share import Clock
from bench.figure import Figure


@pytest.fixture
def answer():
    usage = {"prompt_tokens": 50, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 30}}
    return Answer(begun=1.0, times=[2.0, 2.5, 4.0, 4.25], text="", usage=usage)


def test_the_first_token_counts_from_the_request(answer):
    """And what was not cached was computed."""
    assert (1.0, 20) == (answer.first_s, answer.computed)


@pytest.mark.parametrize(
    ("since", "until", "longest"),
    [(2.0, 4.5, 1.5), (3.0, 3.5, 1.0), (4.1, 9.25, 5.0)],
    ids=["between pieces", "a gap that began before and is not over", "silence up to the end"],
)
def test_a_gap_is_the_longest_wait_for_a_piece_in_that_time(answer, since, until, longest):
    assert longest == answer.longest_gap_s(since, until)


def test_time_in_which_several_threads_are_inside_counts_once():
    clock = Clock()
    clock.spans = [(0.0, 2.0), (1.0, 3.0), (5.0, 6.0), (5.2, 5.4)]

    assert 4.0 == clock.seconds


def test_a_goal_is_a_limit_or_a_floor():
    limit, floor = Figure("a", 1.0, 1.0, "×"), Figure("a", 1.0, 1.0, "×", is_floor=True)

    assert (False, True) == (limit.is_met, floor.is_met)
    assert "**missed**" in limit.row
    assert "≥ 1 ×" in floor.row
