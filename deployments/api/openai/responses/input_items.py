"""Items as clients of the Responses API send them, read into those that conversations are kept as."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Discriminator, Field, Tag, model_validator

from deployments.api.openai.messages import RefusalPart, WireModel, text_of
from deployments.api.openai.offer import Name
from deployments.api.openai.responses.item_objects import ItemStatus
from deployments.api.openai.responses.sealed import sealed_text
from deployments.sessions.items import Content, FunctionCallItem, FunctionCallOutputItem, MessageItem, ReasoningItem

TEXTS = {"input_text": "text", "output_text": "text", "text": "text", "refusal": "refusal"}


class TextPart(BaseModel):
    """What else stands in it, such as annotations, changes nothing."""

    type: Literal["input_text", "output_text", "text"]
    text: str


def _texts(content: Any) -> Any:
    return [text_of(part, TEXTS) for part in content] if isinstance(content, list) else [content]


Texts = Annotated[list[str], BeforeValidator(_texts, json_schema_input_type=str | list[TextPart | RefusalPart])]


class _Item(WireModel):
    """Items that we gave may be sent back as they are. What is kept of them gets ids of its own."""

    id: str | None = None
    status: ItemStatus | None = None


class InputMessage(_Item):
    type: Literal["message"] = "message"
    role: Literal["user", "assistant", "system", "developer"]
    content: Texts
    phase: Literal["commentary", "final_answer"] | None = None

    def read(self) -> Content:
        return MessageItem(self.role, tuple(self.content))


class SummaryText(WireModel):
    type: Literal["summary_text"]
    text: str


class ReasoningText(WireModel):
    type: Literal["reasoning_text"]
    text: str


class InputReasoning(_Item):
    """Clients that show no reasoning send back the encrypted form alone."""

    type: Literal["reasoning"]
    summary: Annotated[list[SummaryText], Field(fail_fast=True)] = Field(default_factory=list)
    content: Annotated[list[ReasoningText], Field(fail_fast=True)] | None = None
    encrypted_content: str | None = None

    @model_validator(mode="after")
    def _can_be_read(self) -> "InputReasoning":
        if not self.content and self.encrypted_content:
            sealed_text(self.encrypted_content)
        return self

    def read(self) -> Content:
        texts = tuple(part.text for part in self.content or [])
        if not texts and self.encrypted_content:
            texts = (sealed_text(self.encrypted_content),)
        return ReasoningItem(texts, tuple(part.text for part in self.summary))


class InputCall(_Item):
    type: Literal["function_call"]
    call_id: str
    name: Name
    arguments: str
    namespace: None = None
    caller: None = None

    def read(self) -> Content:
        return FunctionCallItem(self.call_id, self.name, self.arguments)


class InputOutput(_Item):
    type: Literal["function_call_output"]
    call_id: str
    output: Texts
    name: str | None = None
    namespace: None = None
    caller: None = None

    def read(self) -> Content:
        return FunctionCallOutputItem(self.call_id, "".join(self.output), self.name)


@dataclass(frozen=True, slots=True)
class Reference:
    """An item that is kept, by its id."""

    id: str


class ItemReference(WireModel):
    type: Literal["item_reference"] | None = "item_reference"
    id: str

    def read(self) -> Reference:
        return Reference(self.id)


def _type_of(item: Any) -> str | None:
    """A message, and a reference, need not say what they are."""
    if not isinstance(item, dict):
        return getattr(item, "type", None)
    kind = item.get("type") or ("message" if "role" in item else "item_reference")
    return kind if isinstance(kind, str) else None


WireItem = Annotated[
    Annotated[InputMessage, Tag("message")]
    | Annotated[InputReasoning, Tag("reasoning")]
    | Annotated[InputCall, Tag("function_call")]
    | Annotated[InputOutput, Tag("function_call_output")]
    | Annotated[ItemReference, Tag("item_reference")],
    Discriminator(
        _type_of,
        custom_error_type="item_type",
        custom_error_message="An item is of the type message, reasoning, function_call, function_call_output or "
        "item_reference",
    ),
]
