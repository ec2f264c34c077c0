"""How a template's model writes, found out by letting the template write a conversation. It knows no request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from deployments.chat.messages import Message, ReasoningEffort, ToolCall
from deployments.chat.template.families import CALLS, HERMES, QUOTE, THINKING, Calls, Thinking
from deployments.chat.template.jinja import ChatTemplate
from deployments.chat.template.texts import STAND_IN, Texts, in_json
from deployments.chat.template.values import Shape, Values, conversation, levels, offered
from deployments.chat.tools import Tool
from deployments.errors import InvalidRequest

# Whether a prompt ends within a thought, leaves no room for one, or leaves it to the model.
Opening = Literal["open", "closed", "free"]

_QUESTION = Message("user", "question")
_CALL = ToolCall("call", "function", '{"key": "value"}')
_TURN = (_QUESTION, Message("assistant", tool_calls=(_CALL,)), Message("tool", "result", tool_call_id="call"))
_THOUGHT = (_QUESTION, Message("assistant", "answer", "thought"), _QUESTION)
_TOOL = Tool("function", "description", {"type": "object", "properties": {"key": {"type": "string"}}})


@dataclass(frozen=True, slots=True)
class Style:
    """Where `is_native`, the template has a place for tools, and `calls` is how its model calls them."""

    calls: Calls
    is_native: bool
    thinking: Thinking | None
    shape: Shape
    openings: Mapping[ReasoningEffort, Opening]


def style_of(template: ChatTemplate) -> Style:
    thinking = next((way for way in THINKING if way.begin in template.source and way.end in template.source), None)
    openings = {effort: _opening(template, effort, thinking) for effort in get_args(ReasoningEffort)}
    calls = _native_calls(template)
    shape = Shape(_takes_thoughts_in_content(template), calls is not None and calls.alone)
    return Style(calls or HERMES, calls is not None, thinking, shape, openings)


def _native_calls(template: ChatTemplate) -> Calls | None:
    """None where the template drops anything of a turn with a call, or writes the call in a way that is not known."""
    texts = Texts()
    messages, tools = conversation(_TURN, texts, Shape()), offered([_TOOL], texts)
    written = _write(template, {"messages": messages, "tools": tools, **levels("medium")})
    if texts.lost(written):
        return None
    name = messages[1]["tool_calls"][0]["function"]["name"]
    begun = _beginning_of_answer(template, "medium")
    known = (calls for calls in CALLS if calls.notation == "json" or QUOTE in template.markup.controls)
    spelled = (calls for calls in known for letter in (name, in_json(name)) if _is_in(written, calls, letter, begun))
    return next(spelled, None)


def _is_in(written: str, calls: Calls, name: str, begun: str) -> bool:
    """Between its name and its arguments a call may have an id, which no model needs to make up."""
    _, found, rest = written.partition(f"{'' if calls.begin else begun}{calls.lead}{name}")
    return bool(found) and calls.middle in rest


def _takes_thoughts_in_content(template: ChatTemplate) -> bool:
    """Others see a list there, and refuse or spoil it."""
    texts = Texts()
    messages = conversation(_THOUGHT, texts, Shape(thoughts_in_content=True))
    written = _write(template, {"messages": messages, **levels("medium")})
    return written.count(messages[1]["reasoning"]) == 1 and not texts.lost(written)


def _opening(template: ChatTemplate, effort: ReasoningEffort, thinking: Thinking | None) -> Opening:
    if thinking is None:
        return "closed"
    begun = _beginning_of_answer(template, effort)
    begin, end = begun.rfind(thinking.begin), begun.rfind(thinking.end)
    if begin > end:
        return "open"
    return "closed" if end >= 0 else "free"


def _beginning_of_answer(template: ChatTemplate, effort: ReasoningEffort) -> str:
    """What the template writes behind a question."""
    return STAND_IN.split(
        _write(template, {"messages": conversation([_QUESTION], Texts(), Shape()), **levels(effort)})
    )[-1]


def _write(template: ChatTemplate, values: Values) -> str:
    """Nothing where the template refuses: it may do so for reasons that no request shares."""
    try:
        return template.write(values)
    except InvalidRequest:
        return ""
