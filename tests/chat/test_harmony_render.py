"""A conversation is rendered as the Harmony specification has it."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.harmony.header import MARKS
from deployments.chat.harmony.render import render
from deployments.chat.messages import Message, ToolCall
from deployments.chat.prompt import Control, tokenize
from deployments.chat.tools import Tool
from deployments.engine.llama.weights import Weights
from deployments.errors import InvalidRequest
from tests.chat.harmony_text import text

TODAY = datetime.date(2026, 1, 31)
SYSTEM = (
    "<|start|>system<|message|>You are ChatGPT, a large language model trained by OpenAI.\n"
    "Knowledge cutoff: 2024-06\nCurrent date: 2026-01-31\n\nReasoning: low\n\n"
    "# Valid channels: analysis, final. Channel must be included for every message.<|end|>"
)


def rendered(*messages: Message) -> str:
    """Without the system message, which is the same in all."""
    whole = text(render(messages, effort="low", today=TODAY))
    assert whole.startswith("<|start|>system<|message|>")
    return whole.partition("<|end|>")[2]


def test_the_prompt_says_who_and_when_and_ends_where_the_assistant_begins():
    """Identity, date, effort and channels are the format's own system message."""
    prompt = render([Message("user", "Hi")], effort="low", today=TODAY)

    assert SYSTEM + "<|start|>user<|message|>Hi<|end|><|start|>assistant" == text(prompt)


def test_what_clients_call_system_is_the_developer_s_message():
    """Several are joined into one."""
    prompt = rendered(Message("system", "Be brief."), Message("developer", "In French."), Message("user", "Hi"))

    assert prompt.startswith(
        "<|start|>developer<|message|># Instructions\n\nBe brief.\n\nIn French.<|end|><|start|>user"
    )


def test_a_user_s_name_stands_beside_the_role():
    """So that the model can tell several apart."""
    prompt = rendered(Message("user", "Hi", name="Ann"), Message("user", "Hi"))

    assert prompt.startswith("<|start|>user:Ann<|message|>Hi<|end|><|start|>user<|message|>Hi<|end|>")


def test_reasoning_is_forgotten_after_a_final_answer():
    """It was thought for that answer alone."""
    prompt = rendered(Message("user", "1"), Message("assistant", "One.", reasoning="Easy."), Message("user", "2"))

    assert (
        "<|start|>user<|message|>1<|end|><|start|>assistant<|channel|>final<|message|>One.<|end|>"
        "<|start|>user<|message|>2<|end|><|start|>assistant"
    ) == prompt


def test_reasoning_stays_between_the_calls_of_a_running_turn():
    """So do the calls and their results, in the order in which they came."""
    call = Message("assistant", reasoning="I need the time.", tool_calls=(ToolCall("c1", "clock", "{}"),))
    prompt = rendered(Message("user", "Time?"), call, Message("tool", "12:00", tool_call_id="c1"))

    assert (
        "<|start|>user<|message|>Time?<|end|>"
        "<|start|>assistant<|channel|>analysis<|message|>I need the time.<|end|>"
        "<|start|>assistant<|channel|>commentary to=functions.clock <|constrain|>json<|message|>{}<|call|>"
        "<|start|>functions.clock to=assistant<|channel|>commentary<|message|>12:00<|end|>"
        "<|start|>assistant"
    ) == prompt


def test_a_text_before_a_call_is_a_preamble():
    """On the commentary channel, not the final one."""
    call = Message("assistant", "I will look.", tool_calls=(ToolCall("c1", "clock", "{}"),))

    assert "<|channel|>commentary<|message|>I will look.<|end|>" in rendered(Message("user", "Time?"), call)


def result(name: str, content: str) -> str:
    return f"<|start|>functions.{name} to=assistant<|channel|>commentary<|message|>{content}<|end|>"


def test_calls_made_at_once_are_told_one_after_another():
    """Each is followed by its own result, in whatever order the results came."""
    calls = ToolCall("a", "f", "1"), ToolCall("b", "f", "2"), ToolCall("c", "g", "3")
    prompt = rendered(
        Message("user", "Go"),
        Message("assistant", "I will.", "Thrice.", calls),
        Message("tool", "two", tool_call_id="b"),
        Message("tool", "one", tool_call_id="a"),
    )
    made = "<|start|>assistant<|channel|>commentary to=functions.{} <|constrain|>json<|message|>{}<|call|>"

    assert (
        "<|start|>user<|message|>Go<|end|>"
        "<|start|>assistant<|channel|>analysis<|message|>Thrice.<|end|>"
        "<|start|>assistant<|channel|>commentary<|message|>I will.<|end|>"
        + made.format("f", 1)
        + result("f", "one")
        + made.format("f", 2)
        + result("f", "two")
        + made.format("g", 3)
        + "<|start|>assistant"
    ) == prompt


def test_a_call_belongs_to_the_result_that_follows_it():
    """Though clients may use an id again."""

    def turn(name: str) -> list[Message]:
        return [Message("assistant", tool_calls=(ToolCall("x", name, "{}"),)), Message("tool", "", tool_call_id="x")]

    prompt = rendered(Message("user", "Go"), *turn("f"), *turn("g"))

    assert prompt.index(result("f", "")) < prompt.index("to=functions.g") < prompt.index(result("g", ""))


def test_reasoning_and_calls_of_a_turn_that_ended_keep_only_the_calls():
    """While those of the running one keep both."""

    def call(reasoning: str) -> list[Message]:
        made = Message("assistant", reasoning=reasoning, tool_calls=(ToolCall("x", "f", "{}"),))
        return [made, Message("tool", "ok", tool_call_id="x")]

    prompt = rendered(
        *(Message("user", "1"), *call("first"), *call("second"), Message("assistant", "Done.", reasoning="third")),
        *(Message("user", "2"), *call("fourth"), *call("fifth")),
    )

    assert ["fourth", "fifth"] == [said for said in ("first", "second", "third", "fourth", "fifth") if said in prompt]
    assert 4 == prompt.count("<|call|>") == prompt.count(result("f", "ok"))
    assert "<|return|>" not in prompt


def test_a_result_that_nobody_asked_for_is_refused():
    """Unless it says which function it came from."""
    with pytest.raises(InvalidRequest, match='answers the call "x"') as caught:
        rendered(Message("user", "Hi"), Message("tool", "12:00", tool_call_id="x"))

    assert "messages" == caught.value.param
    assert result("clock", "12:00") in rendered(Message("user", "Hi"), Message("tool", "12:00", name="clock"))


@pytest.fixture(scope="module")
def vocabulary(pocket_path):
    weights = Weights(pocket_path)
    yield weights.vocabulary
    weights.close()


MARKUP = [f"<|{mark}|>" for mark in MARKS]
ANYTHING = st.lists(st.sampled_from([*MARKUP, "<|", "|>", "<|endoftext|>", "assistant", " to=", "\n"]) | st.text()).map(
    "".join
)


@given(said=ANYTHING, name=ANYTHING, about=ANYTHING)
def test_only_the_template_writes_control_tokens(vocabulary, said, name, about):
    """What users, tools and clients spell stays text, in every place where text can stand."""
    schema = {"title": about, "properties": {name: {"enum": [said], "default": about, "description": said}}}
    call = Message("assistant", said, said, (ToolCall("c", name, said),))
    messages = [Message("system", said), Message("user", said), call, Message("tool", said, tool_call_id="c")]
    tools, response_format = [Tool(name, about, schema)], JsonSchema(schema, name)
    parts = render(messages, effort="low", today=TODAY, tools=tools, response_format=response_format)
    tokens = tokenize(parts, vocabulary)

    names = {token: spelling for spelling, token in vocabulary.controls.items()}
    written = [part.text for part in parts if isinstance(part, Control)]
    assert written == [names[token] for token in tokens if token in names]
    spelled = b"".join(vocabulary.pieces[token] or names[token].encode() for token in tokens)
    assert text(parts) == spelled.decode()
