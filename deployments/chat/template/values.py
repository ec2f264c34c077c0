"""A request as the values that chat templates know, in the shape of OpenAI's messages; every text is a stand-in."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from deployments.chat.messages import Message, ReasoningEffort, ToolCall
from deployments.chat.template.texts import Needed, Texts
from deployments.chat.tools import Tool
from deployments.errors import InvalidRequest

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """What templates differ in: whether thoughts are a part of the content, and whether calls stand without any."""

    thoughts_in_content: bool = False
    calls_alone: bool = False


def levels(effort: ReasoningEffort) -> Values:
    """Medium is what a template has of itself. Where it can only choose whether to think, little effort is none."""
    named = {} if effort == "medium" else {"reasoning_effort": effort}
    return {**named, "enable_thinking": effort != "low"}


def instructed(messages: Sequence[Message], texts: Texts, more: Sequence[str] = ()) -> tuple[list[Values], int]:
    """One system message of all that leads a conversation, for most templates know but one; and how many those were."""
    leading = list(takewhile(lambda message: message.is_instruction, messages))
    contents = [texts.hold(message.content, Needed("a system message", "messages")) for message in leading]
    contents += more
    return [{"role": "system", "content": "\n\n".join(contents)}] if contents else [], len(leading)


def conversation(messages: Sequence[Message], texts: Texts, shape: Shape) -> list[Values]:
    leading, count = instructed(messages, texts)
    names = {call.id: call.name for message in messages for call in message.tool_calls}
    return [*leading, *(_message(message, texts, names, shape) for message in messages[count:])]


def folded(variables: Values) -> Iterator[Values]:
    """The same with its instructions at the head of the first question, if it has both."""
    instructions, *others = variables["messages"] or [{"role": None}]
    first = next((i for i, value in enumerate(others) if value["role"] == "user"), None)
    if first is not None and instructions["role"] == "system":
        content = f"{instructions['content']}\n\n{others[first]['content']}"
        others[first] = {**others[first], "content": content}
        yield {**variables, "messages": others}


def offered(tools: Sequence[Tool], texts: Texts) -> list[Values]:
    return [{"type": "function", "function": _function(tool, texts)} for tool in tools]


def said(message: Message, texts: Texts) -> Values:
    """A message without calls and results. What is said beside a call is kept if the template keeps it."""
    needed = None if message.tool_calls else Needed(f"a message from the {message.role}", "messages")
    value: Values = {"role": "system" if message.is_instruction else message.role}
    if message.name:
        value["name"] = texts.hold(message.name)
    return {**value, "content": texts.hold(message.content, needed), **_thoughts(message, texts)}


def arguments_of(call: ToolCall) -> Mapping[str, Any]:
    """Raises InvalidRequest where they are not an object."""
    try:
        arguments = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict):
        raise InvalidRequest(f'The arguments of the call to "{call.name}" are not a JSON object.', param="messages")
    return arguments


def _message(message: Message, texts: Texts, names: Mapping[str, str], shape: Shape) -> Values:
    value = said(message, texts)
    if message.role == "tool":
        name = message.name or names.get(message.tool_call_id or "", "unknown")
        return {**value, "name": texts.hold(name), "tool_call_id": _short(message.tool_call_id or "")}
    if message.tool_calls:
        value["tool_calls"] = [_call(call, texts) for call in message.tool_calls]
        value["content"] = "" if shape.calls_alone else value["content"]
    if message.reasoning and shape.thoughts_in_content:
        value["content"] = list(_blocks(value))
    return value


def _thoughts(message: Message, texts: Texts) -> Values:
    """By each of the names that templates have for it."""
    if not message.reasoning:
        return {}
    return dict.fromkeys(("reasoning_content", "reasoning", "thinking"), texts.hold(message.reasoning))


def _blocks(value: Values) -> Iterator[Values]:
    yield {"type": "thinking", "thinking": value["reasoning"]}
    if value["content"]:
        yield {"type": "text", "text": value["content"]}


def _call(call: ToolCall, texts: Texts) -> Values:
    name = texts.hold(call.name, Needed(f'a call to "{call.name}"', "messages"))
    function = {"name": name, "arguments": _tree(arguments_of(call), texts)}
    return {"id": _short(call.id), "type": "function", "function": function}


def _function(tool: Tool, texts: Texts) -> Values:
    name = texts.hold(tool.name, Needed(f'the tool "{tool.name}"', "tools"))
    return {"name": name, "description": texts.hold(tool.description), "parameters": _tree(tool.parameters, texts)}


def _tree(value: Any, texts: Texts) -> Any:
    if isinstance(value, str):
        return texts.word(value)
    if isinstance(value, Mapping):
        return {texts.word(key): _tree(one, texts) for key, one in value.items()}
    return [_tree(one, texts) for one in value] if isinstance(value, list) else value


def _short(name: str) -> str:
    """Nine letters, as some templates demand, equal for equal ids."""
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:9]
