"""Many sequences share one model, and each gets what it would have got alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.engine.archive import Archive
from deployments.engine.engine import Engine
from deployments.engine.model import DecodeError
from deployments.engine.pace import FIRST
from deployments.engine.sequence import Sequence
from deployments.errors import DeadlineExceeded
from tests.engine.arithmetic import END, Arithmetic, answer


def run(engine: Engine, *sequences: Sequence) -> None:
    for sequence in sequences:
        engine.add(sequence)
    while not engine.is_idle:
        engine.step()


def generated(sequence: Sequence) -> list[int]:
    return sequence.tokens[sequence.prompt_tokens :]


prompts = st.lists(st.lists(st.integers(2, 4), min_size=1, max_size=40), min_size=1, max_size=10)


@given(prompts, st.integers(1, 3), st.integers(3, 9), st.sampled_from([0, 4]), st.sampled_from([0, 150, 300, 9999]))
def test_each_sequence_gets_what_it_would_get_alone(prompts, slots, batch_tokens, window, archived):
    """Neither the neighbours in a batch, nor chunks, nor reused prefixes change an answer."""
    engine = Engine(Arithmetic(slots=slots, batch_tokens=batch_tokens, window=window), archive=Archive(archived))
    sequences = [Sequence(prompt, max_tokens=5) for prompt in prompts]

    run(engine, *sequences)

    assert [answer(prompt, 5) for prompt in prompts] == [generated(sequence) for sequence in sequences]


def test_a_long_prompt_does_not_delay_a_running_sequence():
    """A running sequence gains a token every step, even while another is still being read."""
    engine = Engine(Arithmetic())
    talker = Sequence([2], max_tokens=8)
    engine.add(talker)
    engine.step()
    engine.add(Sequence([3] * 20, max_tokens=1))

    assert [[talker]] * 2 == [engine.step() for _ in range(2)]


def test_a_prompt_is_read_in_pieces_while_another_sequence_writes():
    """The first piece is a guess; without a writer there are no pieces."""
    alone, beside = (Arithmetic(context_tokens=200, batch_tokens=100) for _ in range(2))
    run(Engine(alone), Sequence([4] * 90, max_tokens=1))
    engine = Engine(beside)
    engine.add(Sequence([3], max_tokens=50))
    engine.step()
    engine.add(Sequence([4] * 90, max_tokens=1))
    engine.step()

    assert 90 == alone.batches[0].size
    assert 1 + FIRST == beside.batches[-1].size


def test_a_following_turn_computes_only_what_is_new():
    """The next prompt of a conversation finds the earlier one's keys and values."""
    engine = Engine(Arithmetic())
    first = Sequence([2, 3, 4], max_tokens=3)
    run(engine, first)
    second = Sequence([*first.tokens, 5], max_tokens=1)
    run(engine, second)

    assert len(first.tokens) - 1 == second.cached_tokens  # its last token was sampled, never decoded
    assert answer(second.tokens[:7], 1) == generated(second)


def test_an_equal_prompt_is_computed_but_for_one_token():
    """Logits come only from computing, so one token is always computed."""
    engine = Engine(Arithmetic())
    run(engine, Sequence([2, 3, 4, 5], max_tokens=2))
    again = Sequence([2, 3, 4, 5], max_tokens=2)
    run(engine, again)

    assert 3 == again.cached_tokens


def test_a_prefix_that_left_the_window_is_computed_again():
    """What a sliding window forgot is not reused, unless a checkpoint was kept."""
    prompt = [2 + i % 7 for i in range(20)]
    for archive, cached in ((Archive(0), 0), (Archive(1000), 19)):
        engine = Engine(Arithmetic(window=2, batch_tokens=4), archive=archive)
        run(engine, Sequence(prompt, max_tokens=16))
        again = Sequence(prompt, max_tokens=1)
        run(engine, again)

        assert cached == again.cached_tokens


def test_answers_end_at_the_end_token_at_their_limit_or_where_the_context_ends():
    """The reason says which."""
    engine = Engine(Arithmetic(context_tokens=8))
    ended, limited, full = Sequence([1], max_tokens=9), Sequence([2], max_tokens=3), Sequence([3] * 5, max_tokens=9)
    run(engine, ended, limited, full)

    assert ["stop", "length", "length"] == [sequence.finish_reason for sequence in (ended, limited, full)]
    assert END == ended.tokens[-1]
    assert [1, 3, 3] == [sequence.generated for sequence in (ended, limited, full)]


def test_a_removed_sequence_frees_its_slot_at_once():
    """Waiting, running or ended: the next step knows nothing of it."""
    engine = Engine(Arithmetic(slots=1))
    running, waiting = Sequence([2], max_tokens=9), Sequence([3], max_tokens=2)
    engine.add(running)
    engine.step()
    engine.add(waiting)
    engine.remove(running)

    assert [waiting] == engine.step()
    engine.remove(waiting)
    assert engine.is_idle


def test_a_failed_decode_fails_its_own_sequences_only():
    """The others in the queue are served, from a clean slot."""
    model = Arithmetic(slots=1)
    engine = Engine(model)
    failing, next_one = Sequence([2, 3], max_tokens=2), Sequence([2, 3], max_tokens=2)
    model.failure = DecodeError("no room", fatal=False)
    engine.add(failing)
    assert [failing] == engine.step()
    run(engine, next_one)

    assert failing.error
    assert answer([2, 3], 2) == generated(next_one)


def test_who_shares_a_batch_with_a_refused_token_goes_on():
    """Beside it at the beginning, and while writing; and its slot serves the next."""
    model = Arithmetic(slots=3, batch_tokens=16)
    model.refused = 49
    engine = Engine(model)
    writing, beside, refused = (Sequence(prompt, max_tokens=6) for prompt in ([2], [4, 4], [3, 49, 3]))
    engine.add(writing)
    engine.step()
    run(engine, refused, beside)
    run(engine, after := Sequence([3, 3], max_tokens=2))

    assert refused.error
    assert [answer([2], 6), answer([4, 4], 6), answer([3, 3], 2)] == [generated(s) for s in (writing, beside, after)]


def test_a_fatal_decode_error_is_not_hidden():
    """Whoever drives the engine learns that it is dead."""
    model = Arithmetic()
    engine = Engine(model)
    model.failure = DecodeError("lost the device", fatal=True)
    engine.add(Sequence([2], max_tokens=1))

    with pytest.raises(DecodeError, match="lost the device"):
        engine.step()


def test_callers_take_turns():
    """However many one of them has brought, and however early."""
    engine = Engine(Arithmetic(slots=1))
    many = [Sequence([2 + i], max_tokens=1, caller="alice") for i in range(4)]
    one = Sequence([9], max_tokens=1, caller="bob")
    for sequence in [*many, one]:
        engine.add(sequence)

    assert [[many[0]], [one], [many[1]]] == [engine.step() for _ in range(3)]


def test_a_caller_whose_sequences_run_waits_for_those_who_have_none():
    """Slots are shared by callers, not by requests."""
    engine = Engine(Arithmetic(slots=2))
    running, wanting = (Sequence([i], max_tokens=9, caller="alice") for i in (3, 4))
    short = Sequence([5], max_tokens=1, caller="bob")
    engine.add(running)
    engine.step()
    other = Sequence([6], max_tokens=1, caller="bob")
    for sequence in (wanting, short, other):
        engine.add(sequence)

    assert [running, short] == engine.step()


@pytest.mark.parametrize("slots", [1, 2])
def test_whoever_is_late_ends_with_an_error_and_frees_its_place(slots):
    """Whether it waits or runs; the others go on."""
    engine = Engine(Arithmetic(slots=slots))
    late, patient = Sequence([3], max_tokens=50, timeout_s=0.0), Sequence([4], max_tokens=3)
    run(engine, patient, late)

    assert isinstance(late.error, DeadlineExceeded)
    assert answer([4], 3) == generated(patient)


def test_a_prefix_in_the_making_is_waited_for():
    """Two prompts with one beginning: it is read once, though a slot was free for the second."""
    model = Arithmetic(slots=2, batch_tokens=8, context_tokens=200)
    engine, shared = Engine(model, archive=Archive(1000)), [2 + i % 9 for i in range(60)]
    first, second = (Sequence([*shared, i, i, i], max_tokens=4) for i in (11, 12))
    run(engine, first, second)

    assert [0, 60] == [first.cached_tokens, second.cached_tokens]
    assert [answer(item.tokens[:63], 4) for item in (first, second)] == [generated(item) for item in (first, second)]


def test_followers_go_on_when_their_leader_leaves():
    """Its client has gone in the middle of its prompt."""
    engine, shared = Engine(Arithmetic(context_tokens=200)), [2 + i % 9 for i in range(60)]
    leader, follower = (Sequence([*shared, i], max_tokens=4) for i in (11, 12))
    engine.add(leader)
    engine.add(follower)
    engine.step()
    engine.remove(leader)
    run(engine)

    assert answer([*shared, 12], 4) == generated(follower)
    assert follower.cached_tokens
