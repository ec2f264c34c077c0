"""Prompts are read in pieces as large as the machine can compute in time."""

from deployments.engine.pace import FIRST, LEAST, Pace


def test_before_anything_is_measured_pieces_are_small():
    """Nobody knows yet how slow the machine is."""
    assert FIRST == Pace(0.15).prompt_tokens


def test_a_piece_takes_what_writing_leaves_of_the_time():
    """50 ms for those who write, 1 ms for each token that is read: 100 of them fit into 150 ms."""
    pace = Pace(0.15)
    pace.measure(0, 0.050)
    pace.measure(30, 0.080)

    assert pace.prompt_tokens in (99, 100)


def test_a_machine_that_is_too_slow_goes_on_in_the_smallest_pieces():
    """Nothing ever stands still."""
    pace = Pace(0.15)
    pace.measure(0, 0.5)
    pace.measure(30, 3.5)

    assert LEAST == pace.prompt_tokens


def test_a_machine_that_slows_down_is_noticed():
    """As it does when contexts grow."""
    pace = Pace(0.15)
    pace.measure(100, 0.1)
    before = pace.prompt_tokens
    for _ in range(20):
        pace.measure(100, 0.3)

    assert 150 == before
    assert 50 <= pace.prompt_tokens < 52


def test_steps_that_read_next_to_nothing_say_nothing_about_reading():
    """They consist of overhead."""
    pace = Pace(0.15)
    pace.measure(1, 0.05)

    assert FIRST == pace.prompt_tokens
