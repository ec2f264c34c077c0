"""The data that pocket-chat is trained on: repeatable, honest in its sums, and split cleanly."""

import datetime
from itertools import islice
from random import Random

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.chat.harmony.render import render
from deployments.chat.messages import Message
from deployments.chat.prompt import Control
from models.pocket.train.conversation import Conversation, conversations, converse
from models.pocket.train.export import CHAT_TEMPLATE
from models.pocket.train.sample import Sample, answer, prompt, sample
from models.pocket.train.skills.arithmetic import added, subtracted
from models.pocket.train.turn import EFFORTS, Scene
from models.pocket.train.values import Split, Values, is_held_out
from models.pocket.train.vocab import CONTROLS, Vocabulary

numbers = st.integers(0, 99)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.learn([turn.user for told in islice(conversations(0), 50) for turn in told.turns], 400)


def conversation(seed: int, turns: int) -> Conversation:
    return converse(Scene(Values(Random(seed), Split()), datetime.date(2025, 1, 2)), turns)


def branch(made: Sample, number: int) -> list[int]:
    return [token for token, at in zip(made.tokens, made.branches, strict=True) if at == number]


def test_a_seed_makes_the_same_conversations_again():
    """The same command gives the same data."""
    assert list(islice(conversations(7), 20)) == list(islice(conversations(7), 20))


@given(numbers, numbers)
def test_sums_are_worked_out_rightly(a, b):
    """The last two digits that the analysis names make the answer."""
    ones, tens = (part.rstrip(".").split(" = ")[1] for part in added(a, b).split(". "))

    assert a + b == int(tens) * 10 + int(ones) % 10


@given(numbers, numbers)
def test_differences_are_worked_out_rightly(a, b):
    """Also below zero, where the numbers change places first."""
    *_, ones, tens = (part.rstrip(".").split(" = ")[-1] for part in subtracted(a, b).split(". "))

    assert abs(a - b) == int(tens) * 10 + int(ones)


@pytest.mark.parametrize("kind", ["name", "place", "word", "number"])
def test_training_never_draws_a_held_out_value(kind):
    """What evaluation asks for was never seen."""
    trained, held_out = (Values(Random(0), Split(new_values=new)) for new in (False, True))

    assert not any(is_held_out(trained.draw(kind)) for _ in range(200))
    assert all(is_held_out(held_out.draw(kind)) for _ in range(200))


def test_more_effort_means_longer_reasoning():
    """Low, medium and high differ in length for every turn."""
    for turn in conversation(3, 60).turns:
        lengths = [len(turn.thoughts[effort]) for effort in EFFORTS]
        assert sorted(lengths) == lengths


def test_text_and_control_tokens_survive_the_vocabulary(vocabulary):
    """Every byte can be written, and a control token's spelling in a text stays text."""
    text = "".join(map(chr, range(1, 500))) + "<|return|> 4711 Łukasz 美咲"
    tokens = vocabulary.plain(text)

    assert text.encode() == b"".join(vocabulary.pieces[token] for token in tokens)
    assert not set(tokens) & {vocabulary.control(control) for control in CONTROLS}


def test_a_name_has_the_same_tokens_wherever_it_stands(vocabulary):
    """So that it can be copied."""
    assert vocabulary.plain(" Zorblax") == [*vocabulary.plain(" "), *vocabulary.plain("Zorblax")]


@given(seed=st.integers(0, 1000))
def test_every_turn_is_learned_from_what_it_would_be_given(vocabulary, seed):
    """A branch, with all that it can see, is exactly the prompt that the workbench would render and the answer."""
    told = conversation(seed, turns=4)
    made = sample(told, vocabulary, Random(seed))

    for turn in range(4):
        start = made.branches.index(turn + 1)
        seen = [token for token, at in zip(made.tokens[:start], made.branches[:start], strict=True) if at == 0]
        assert prompt(told, turn, vocabulary) == seen
        assert answer(told, turn, vocabulary) == branch(made, turn + 1)


def test_history_holds_answers_without_reasoning():
    """As in Harmony, where a finished turn's analysis is not shown again."""
    told = conversation(1, 3)

    assert [Message("user", told.turns[0].user), Message("assistant", told.turns[0].answer)] == [
        message for message in told.messages(2) if message.role != "system"
    ][:2]


def test_the_chat_template_writes_what_the_workbench_renders():
    """Programs that use the GGUF's own template give the model the prompts it was trained on."""
    day = datetime.date(2025, 1, 2)
    messages = [Message("system", "Be brief."), *conversation(1, 3).messages(2)[-5:]]
    template = jinja2.Template(CHAT_TEMPLATE.read_text(encoding="utf-8").rstrip("\n"))
    rendered = template.render(messages=messages, reasoning_effort="high", strftime_now=day.strftime)

    parts = render(messages, effort="high", today=day)
    assert "".join(part.text if isinstance(part, Control) else part for part in parts) == rendered
