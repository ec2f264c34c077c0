"""Who gets how much of a batch."""

import pytest

from deployments.engine.pace import Pace
from deployments.engine.schedule import Schedule
from deployments.engine.sequence import Sequence
from deployments.engine.slot import Slot
from tests.engine.arithmetic import Arithmetic

BATCH = 64


def slot(number: int, prompt_tokens: int, *, is_writing: bool = False, seated: float = 0) -> Slot:
    sequence = Sequence(list(range(2, 2 + prompt_tokens)), max_tokens=8)
    slot = Slot(number)
    slot.sequence, slot.seated = sequence, seated
    if is_writing:
        slot.cached = sequence.tokens.copy()
        sequence.tokens.append(7)
    return slot


@pytest.fixture
def schedule():
    pace = Pace(0.15)
    pace.measure(0, 0.05)
    pace.measure(50, 0.05 + 50 * 0.1 / 47)  # 47 tokens fit into the rest of a step
    return Schedule(Arithmetic(slots=4, context_tokens=1000, batch_tokens=BATCH), pace, speculation=False)


def pieces(schedule: Schedule, *slots: Slot) -> dict[int, int]:
    return {chunk.slot: len(chunk.tokens) for chunk in schedule.batch(slots).chunks if chunk.is_prompt}


def test_a_piece_leaves_no_row_over(schedule):
    """Its first row is computed with those of the writers, and the others in fours."""
    assert {1: 45} == pieces(schedule, slot(0, 3, is_writing=True), slot(1, 500))


def test_the_shortest_and_the_eldest_are_read_in_turn(schedule):
    """So neither the long prompt nor the short ones wait for ever."""
    slots = [slot(0, 3, is_writing=True), slot(1, 500, seated=1), slot(2, 300, seated=2)]

    assert [{1: 45}, {2: 45}, {1: 45}] == [pieces(schedule, *slots) for _ in range(3)]


def test_what_a_short_prompt_leaves_goes_to_the_next(schedule):
    """A step is as long as it may be."""
    slots = [slot(0, 3, is_writing=True), slot(1, 10, seated=1), slot(2, 300, seated=2)]

    assert {1: 10, 2: 33} == pieces(schedule, *slots)


@pytest.mark.parametrize("batch_tokens", range(1, 6))
def test_the_smallest_batch_goes_on_too(batch_tokens):
    """However little room there is, something is read."""
    model = Arithmetic(context_tokens=1000, batch_tokens=batch_tokens)

    assert {1: min(batch_tokens, 4)} == pieces(Schedule(model, Pace(0.15), speculation=False), slot(1, 500))
