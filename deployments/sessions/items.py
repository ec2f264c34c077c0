"""What a conversation is kept as: items as OpenAI's Responses API has them, and messages made of them without loss."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from deployments.chat.messages import Message, Role, ToolCall


@dataclass(frozen=True, slots=True)
class MessageItem:
    role: Role
    texts: tuple[str, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ReasoningItem:
    """`content` is what the model thought, `summary` what somebody said it did."""

    content: tuple[str, ...]
    summary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionCallItem:
    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class FunctionCallOutputItem:
    call_id: str
    output: str
    name: str | None = None


Content = MessageItem | ReasoningItem | FunctionCallItem | FunctionCallOutputItem

TYPES: Mapping[str, type[Content]] = {
    "message": MessageItem,
    "reasoning": ReasoningItem,
    "function_call": FunctionCallItem,
    "function_call_output": FunctionCallOutputItem,
}
NAMES = {kind: name for name, kind in TYPES.items()}


@dataclass(frozen=True, slots=True)
class Item:
    """Items of one `position` are one message."""

    id: str
    position: int
    created_at: float
    content: Content


def contents_of(message: Message) -> list[Content]:
    """In the order in which an assistant gives them: reasoning, text, calls."""
    if message.role == "tool":
        return [FunctionCallOutputItem(message.tool_call_id or "", message.content, message.name)]
    contents: list[Content] = [ReasoningItem((message.reasoning,))] if message.reasoning else []
    if message.content or not (message.reasoning or message.tool_calls):
        contents.append(MessageItem(message.role, (message.content,), message.name))
    return contents + [FunctionCallItem(call.id, call.name, call.arguments) for call in message.tool_calls]


def message_of(contents: Sequence[Content]) -> Message:
    """The one message that they are."""
    role: Role = "assistant"
    name, text, reasoning, calls = None, "", "", []
    for content in contents:
        match content:
            case FunctionCallOutputItem():
                return Message("tool", content.output, tool_call_id=content.call_id, name=content.name)
            case ReasoningItem():
                reasoning += "\n\n".join(content.content or content.summary)
            case FunctionCallItem():
                calls.append(ToolCall(content.call_id, content.name, content.arguments))
            case MessageItem():
                role, name, text = content.role, content.name, text + "".join(content.texts)
    return Message(role, text, reasoning, tuple(calls), name=name)


def to_json(content: Content) -> str:
    """Its fields. What UTF-8 cannot write down, such as half of a surrogate pair, is escaped."""
    values = {field.name: getattr(content, field.name) for field in fields(content)}
    text = json.dumps(values, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(values)
    return text


def from_json(type_name: str, text: str) -> Content:
    values: dict[str, Any] = json.loads(text)
    content_class: Callable[..., Content] = TYPES[type_name]
    return content_class(**{name: tuple(v) if isinstance(v, list) else v for name, v in values.items()})
