"""Guesses save steps and change nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.engine.engine import Engine
from deployments.engine.lookup import PromptLookup
from deployments.engine.sequence import Sequence
from tests.engine.arithmetic import Arithmetic, Parrot, answer

PROMPT = [2 + i for i in range(12)]


def generated(
    model: Arithmetic, *prompts: list[int], max_tokens: int = 40, speculation: bool = True
) -> list[list[int]]:
    engine = Engine(model, speculation=speculation)
    sequences = [Sequence(prompt, max_tokens=max_tokens) for prompt in prompts]
    for sequence in sequences:
        engine.add(sequence)
    while not engine.is_idle:
        engine.step()
    return [sequence.tokens[sequence.prompt_tokens :] for sequence in sequences]


def test_what_repeats_takes_fewer_steps():
    """And says the same."""
    with_guesses, without = (Parrot(batch_tokens=16, context_tokens=200) for _ in range(2))

    assert generated(with_guesses, PROMPT) == generated(without, PROMPT, speculation=False)
    assert len(with_guesses.batches) < 0.7 * len(without.batches)


@given(st.lists(st.lists(st.integers(2, 4), min_size=1, max_size=40), min_size=1, max_size=4), st.sampled_from([0, 4]))
def test_wrong_guesses_are_taken_back(prompts, window):
    """Prompts full of repetitions, and a model that never repeats."""
    model = Arithmetic(slots=2, batch_tokens=16, context_tokens=100, window=window)

    assert [answer(prompt, 20) for prompt in prompts] == generated(model, *prompts, max_tokens=20)


@pytest.mark.parametrize(("price", "length"), [(0.0, 8), (0.5, 1), (0.7, 0)])
def test_a_guess_must_be_worth_its_price(price, length):
    """Before anything is known, six of ten guesses are expected to be right."""
    assert length == len(PromptLookup().draft([*PROMPT, *PROMPT], price, 8))


def test_luck_decides_how_much_is_guessed():
    """It goes off where guesses fail, and comes back in time."""
    lucky, unlucky = PromptLookup(), PromptLookup()
    for _ in range(20):
        lucky.learn(4, 4)
        unlucky.learn(4, 0)
    tokens = [*PROMPT, *PROMPT]

    assert 8 == len(lucky.draft(tokens, 0.5, 8))
    assert not unlucky.draft(tokens, 0.5, 8)
    for _ in range(200):
        unlucky.draft(tokens, 0.5, 8)
    assert unlucky.draft(tokens, 0.5, 8)


def test_what_was_never_said_is_not_guessed():
    """Nor what is too short to look up."""
    assert [] == PromptLookup().draft([2, 3, 4, 5, 6], 0.0, 8) == PromptLookup().draft([2], 0.0, 8)
