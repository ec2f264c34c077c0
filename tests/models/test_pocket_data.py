"""The data that pocket-chat is trained on: repeatable, honest in its sums, and split cleanly."""

import datetime
import json
import re
from dataclasses import replace
from itertools import islice
from random import Random

import jinja2
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.chat.constraints.compiler import Compiler
from deployments.chat.harmony.grammar import turn as harmony_turn
from deployments.chat.harmony.render import render
from deployments.chat.messages import Message
from deployments.chat.prompt import Control, tokenize
from deployments.chat.request import ChatRequest
from deployments.engine.llama.weights import Weights
from models.pocket.train.conversation import Conversation, conversations, converse, draw_scene
from models.pocket.train.drills import drill
from models.pocket.train.export import CHAT_TEMPLATE
from models.pocket.train.forms import draw_form
from models.pocket.train.phrases import phrases
from models.pocket.train.sample import Sample, answer, branch, forbidden, prompt, sample
from models.pocket.train.skills.arithmetic import added, subtracted
from models.pocket.train.skills.schema import decline, fill_in
from models.pocket.train.skills.tools import call
from models.pocket.train.toolbox import disguised, draw_gadgets, known
from models.pocket.train.turn import EFFORTS, Scene
from models.pocket.train.values import Split, Values, is_held_out
from models.pocket.train.vocab import CONTROLS, Vocabulary

numbers = st.integers(0, 99)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.learn([turn.user for told in islice(conversations(0), 50) for turn in told.turns], 400)


@pytest.fixture(scope="module")
def spoken(pocket_path):
    """The vocabulary as the engine knows it."""
    weights = Weights(pocket_path)
    yield weights.vocabulary
    weights.close()


@pytest.fixture(scope="module")
def compiler(spoken):
    return Compiler(spoken)


def conversation(seed: int, turns: int) -> Conversation:
    return converse(Scene(Values(Random(seed), Split()), datetime.date(2025, 1, 2)), turns)


def any_conversation(seed: int, turns: int) -> Conversation:
    """Talk, tools or a form, as the seed has it."""
    return converse(draw_scene(Random(seed)), turns)


def with_tools(seed: int, turns: int) -> Conversation:
    values = Values(Random(seed), Split())
    return converse(Scene(values, datetime.date(2025, 1, 2), gadgets=draw_gadgets(values, 2)), turns)


def bytes_of(vocabulary: Vocabulary, tokens: list[int]) -> bytes:
    return b"".join(vocabulary.pieces[token] for token in tokens)


def in_branch(made: Sample, number: int) -> list[int]:
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


@pytest.mark.parametrize("kind", ["name", "place", "word", "number", "code", "phrase", "date", "email"])
def test_training_never_draws_a_held_out_value(kind):
    """What evaluation asks for was never seen."""
    trained, held_out = (Values(Random(0), Split(new_values=new)) for new in (False, True))

    assert not any(is_held_out(trained.draw(kind)) for _ in range(200))
    assert all(is_held_out(held_out.draw(kind)) for _ in range(200))


@pytest.mark.parametrize("name", ["topics", "unknown", "arithmetic"])
def test_no_held_out_phrasing_is_trained_on(name):
    """Nor with another capital or full stop."""

    def plain(texts: list[str]) -> set[str]:
        return {text.lower().rstrip(".!") for text in texts}

    for words in phrases(name).values():
        assert set() == plain(words.get("ask", [])) & plain(words.get("held_out", []))


def test_more_effort_means_longer_reasoning():
    """Low, medium and high differ in length, whatever is thought about."""
    turns = [turn for seed in range(20) for turn in any_conversation(seed, 3).turns]
    for thoughts in [thought.thoughts for turn in turns for thought in (turn, *turn.steps)]:
        low, medium, high = (len(thoughts[effort]) for effort in EFFORTS)
        assert low < medium < high


def test_text_and_control_tokens_survive_the_vocabulary(vocabulary):
    """Every byte can be written, and a control token's spelling in a text stays text."""
    text = "".join(map(chr, range(1, 500))) + "<|return|> 4711 Łukasz 美咲"
    tokens = vocabulary.plain(text)

    assert text.encode() == b"".join(vocabulary.pieces[token] for token in tokens)
    assert not set(tokens) & {vocabulary.control(control) for control in CONTROLS}


@pytest.mark.parametrize("word", ["Zorblax", "zorblax", "butcher", "table"])
def test_a_word_has_the_same_tokens_wherever_it_stands(vocabulary, word):
    """So that it can be copied: from a sentence into quotes, or out of an identifier."""
    for before in (" ", '"', "_"):
        assert vocabulary.plain(before + word) == [*vocabulary.plain(before), *vocabulary.plain(word)]


def test_frequent_words_hold_the_space_before_them(vocabulary):
    """They need no copying, and would else take two tokens each."""
    assert b" is" in vocabulary.pieces


@given(seed=st.integers(0, 1000))
def test_every_turn_is_learned_from_what_it_would_be_given(vocabulary, seed):
    """A branch, with all that it can see, is exactly the prompt that the workbench would render and the answer."""
    told = any_conversation(seed, turns=4)
    made = sample(told, vocabulary, Random(seed))

    for turn in range(4):
        start = made.branches.index(turn + 1)
        seen = [token for token, at in zip(made.tokens[:start], made.branches[:start], strict=True) if at == 0]
        assert prompt(told, turn, vocabulary) == seen
        assert branch(told, turn, vocabulary)[0] == in_branch(made, turn + 1)


@given(seed=st.integers(0, 1000))
def test_after_a_call_the_answer_is_learned_from_the_tool_s_result(vocabulary, seed):
    """What precedes it is what the workbench would render then; of that, the model learns what it says itself."""
    told = with_tools(seed, 6)

    for turn in (turn for turn in range(6) if told.turns[turn].steps):
        tokens, weights = branch(told, turn, vocabulary)
        wanted = answer(told, turn, vocabulary)
        assert prompt(told, turn, vocabulary, steps=1) + wanted == prompt(told, turn, vocabulary) + tokens
        unlearned = bytes_of(vocabulary, [token for token, weight in zip(tokens, weights, strict=True) if not weight])
        assert told.turns[turn].steps[0].result.encode() in unlearned


@given(seed=st.integers(0, 1000))
def test_the_answer_is_learned_without_the_reasoning_before_the_call_too(vocabulary, seed):
    """Most clients do not send it back."""
    told = with_tools(seed, 6)
    made = sample(told, vocabulary, Random(seed))
    called = [turn for turn in range(6) if told.turns[turn].steps]

    assert ["retold", "forbidden"] * len(called) == made.skills[6:]
    for number, turn in zip(range(7, 99, 2), called, strict=False):
        given = tokenize(told.rendered(turn, 1, is_reasoned=False), vocabulary)
        thought = told.turns[turn].steps[0].thoughts[told.effort].encode()
        assert thought not in bytes_of(vocabulary, given)
        assert given + answer(told, turn, vocabulary) == prompt(told, turn, vocabulary) + in_branch(made, number)


@given(seed=st.integers(0, 1000))
def test_where_no_call_is_allowed_its_tool_is_named(vocabulary, seed):
    """After what was thought before the call; the reasoning and the header are none of its choice."""
    told = with_tools(seed, 6)
    for turn in (turn for turn in range(6) if told.turns[turn].steps):
        tokens, weights = forbidden(told, turn, vocabulary)
        wanted = bytes_of(vocabulary, [token for token, weight in zip(tokens, weights, strict=True) if weight])

        assert told.turns[turn].steps[0].call.name.encode() in wanted
        assert told.turns[turn].steps[0].thoughts[told.effort].encode() in bytes_of(vocabulary, tokens)


@given(seed=st.integers(0, 300))
def test_where_any_object_will_do_its_fields_are_those_of_the_message(seed):
    """In their order, or an error that says why there are none."""
    values = Values(Random(seed), Split())
    open_form = replace(draw_form(values), is_open=True)
    scene = Scene(values, datetime.date(2025, 1, 2), form=open_form)
    filled, declined = json.loads(fill_in(scene).answer), json.loads(decline(scene).answer)

    assert {"type": "object"} == open_form.json_schema.schema
    assert {blank.field.name for blank in open_form.blanks} == filled.keys()
    assert ["error"] == list(declined)


@given(seed=st.integers(0, 1000))
def test_what_is_wanted_of_tools_names_one_of_them(seed):
    """The words that are copied from the message fit the tool that is called, and no other."""
    values = Values(Random(seed), Split())
    scene = Scene(values, datetime.date(2025, 1, 2), gadgets=draw_gadgets(values, 4))
    made = call(scene)
    wanted = made.steps[0].thoughts["low"].partition("?")[0]

    assert [made.steps[0].call.name] == [gadget.name for gadget in scene.gadgets if gadget.does(wanted)]


@given(seed=st.integers(0, 1000))
def test_a_disguised_tool_is_asked_for_by_its_new_name(seed):
    """What it takes is the same, and is named in the same places."""
    values = Values(Random(seed), Split())
    gadget = known(values)
    other = disguised(gadget, values)
    words = set(other.purpose.split()) - set(gadget.purpose.split())

    assert gadget.parameters == other.parameters
    assert all(any(word in ask.lower() for word in words) for ask in other.asks if ask not in gadget.asks)
    assert {*map(places, other.asks)} <= {*map(places, gadget.asks)}


def places(ask: str) -> tuple[str, ...]:
    return tuple(re.findall(r"{\w+}", ask))


@given(seed=st.integers(0, 300))
async def test_what_is_learned_is_what_the_grammar_of_a_turn_allows(spoken, compiler, seed):
    """Calls and JSON are wanted exactly as they will be enforced."""
    told = any_conversation(seed, turns=2)
    for turn in range(2):
        request = ChatRequest(tuple(told.messages(turn)), 100, tools=told.tools, response_format=told.response_format)
        matcher, wanted = await compiler.matcher(harmony_turn(request)), branch(told, turn, spoken)[0]
        for token in wanted[: wanted.index(spoken.control("<|call|>")) + 1] if told.turns[turn].steps else wanted:
            assert matcher.allows(token)
            matcher.accept(token)
        assert matcher.is_complete


@given(seed=st.integers(0, 300))
def test_every_wanted_json_satisfies_its_schema(seed):
    """Arguments those of their tool, answers in a form that of the form."""
    told = any_conversation(seed, turns=4)
    parameters = {tool.name: tool.parameters for tool in told.tools}
    for turn in told.turns:
        for step in turn.steps:
            jsonschema.validate(json.loads(step.call.arguments), parameters[step.call.name])
        if told.response_format:
            jsonschema.validate(json.loads(turn.answer), told.response_format.schema)


def test_a_drill_asks_only_for_what_it_told(vocabulary):
    """What counts in it has stood there before."""
    made = drill(Values(Random(1), Split()), vocabulary)
    told = bytes_of(vocabulary, made.tokens[: made.weights.index(1.0)])
    asked = {
        vocabulary.pieces[token].strip() for token, weight in zip(made.tokens, made.weights, strict=True) if weight
    }

    assert all(piece in told or piece in b'.,;"' for piece in asked)


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
