"""Lists of items: those that a client sends, and those that an answer leaves to go on from."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter

from deployments.api.openai.responses.input_items import Reference, WireItem
from deployments.sessions.items import Content

_READER: TypeAdapter[list[Any]] = TypeAdapter(list[WireItem])


def _items(value: Any) -> Any:
    return [{"type": "message", "role": "user", "content": value}] if isinstance(value, str) else value


WireItems = Annotated[
    list[WireItem], Field(fail_fast=True), BeforeValidator(_items, json_schema_input_type=str | list[WireItem])
]


def read(items: Sequence[Any]) -> list[Content | Reference]:
    return [item.read() for item in items]


def lasting(output: Sequence[Mapping[str, Any]]) -> list[tuple[str, Content]]:
    """What we answered, with its ids, as a conversation goes on from it: a call that was cut can have no result."""
    whole = [item for item in output if item["type"] != "function_call" or item["status"] == "completed"]
    return [(item["id"], read.read()) for item, read in zip(whole, _READER.validate_python(whole), strict=True)]
