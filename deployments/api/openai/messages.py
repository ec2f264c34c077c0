"""Messages as OpenAI's clients send them, read into our own."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from deployments.chat.messages import Message, ToolCall


class WireModel(BaseModel):
    """Fields that a role does not have are an error, not a guess, and so is a number where words are expected."""

    model_config = ConfigDict(extra="forbid", strict=True)


class TextPart(BaseModel):
    """What else stands in it, such as a mark for a cache, changes nothing."""

    type: Literal["text"]
    text: str


class RefusalPart(BaseModel):
    type: Literal["refusal"]
    refusal: str


def type_of(value: Any) -> Any:
    """Of a part that is read, or has been; pydantic asks for either."""
    return value.get("type") if isinstance(value, dict) else getattr(value, "type", None)


TEXTS = {"text": "text", "refusal": "refusal"}  # kinds of parts that can be read, and where their text is


def join_parts(content: Any) -> Any:
    """Content may be a string, nothing, or a list of parts, of which only text can be read here."""
    if content is None:
        return ""
    if not isinstance(content, list):
        return content
    return "".join(text_of(part, TEXTS) for part in content)


def text_of(part: Any, texts: Mapping[str, str]) -> str:
    """Raises ValueError for a part that is not among `texts`, or has none."""
    kind = part.get("type") if isinstance(part, dict) else type(part).__name__
    if not isinstance(kind, str) or kind not in texts:
        raise ValueError(f"content parts of type {kind!r} cannot be read, only text")
    text = part.get(texts[kind])
    if not isinstance(text, str):
        raise ValueError(f"a content part of type {kind!r} needs its {texts[kind]}, a string")
    return text


Parts = list[TextPart | RefusalPart]
Text = Annotated[str, BeforeValidator(join_parts, json_schema_input_type=str | Parts | None)]


class FunctionCall(WireModel):
    name: str
    arguments: str


class WireToolCall(WireModel):
    id: str
    type: Literal["function"] = "function"
    function: FunctionCall


class Instruction(WireModel):
    role: Literal["system", "developer"]
    content: Text = ""
    name: str | None = None


class FromUser(WireModel):
    role: Literal["user"]
    content: Text = ""
    name: Annotated[str, Field(pattern=r"^[^\s<|\\/>]+$")] | None = None


class FromAssistant(WireModel):
    """What we answered may be sent back as it is, reasoning under any of its names included."""

    role: Literal["assistant"]
    content: Text = ""
    name: str | None = None
    refusal: str | None = None
    tool_calls: Annotated[list[WireToolCall], Field(fail_fast=True)] | None = None
    thinking: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    annotations: list[Any] | None = None
    audio: None = None
    function_call: None = None


class FromTool(WireModel):
    role: Literal["tool"]
    content: Text = ""
    tool_call_id: str
    name: str | None = None


WireMessage = Annotated[Instruction | FromUser | FromAssistant | FromTool, Field(discriminator="role")]
WireMessages = Annotated[list[WireMessage], Field(fail_fast=True)]


def to_message(wire: Instruction | FromUser | FromAssistant | FromTool) -> Message:
    if isinstance(wire, FromAssistant):
        reasoning = wire.thinking or wire.reasoning_content or wire.reasoning or ""
        calls = (ToolCall(call.id, call.function.name, call.function.arguments) for call in wire.tool_calls or [])
        return Message("assistant", wire.content or wire.refusal or "", reasoning, tuple(calls))
    if isinstance(wire, FromTool):
        return Message("tool", wire.content, tool_call_id=wire.tool_call_id, name=wire.name)
    return Message(wire.role, wire.content, name=wire.name)
