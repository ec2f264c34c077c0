"""What the OpenAPI document says beyond what FastAPI derives: refusals, events, forms. It knows no single route."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from typing_extensions import TypedDict

from deployments.api.errors import is_openai

Responses = dict[int | str, dict[str, Any]]


class Refusal(TypedDict):
    detail: str


class OpenAiError(TypedDict):
    message: str
    type: str
    param: str | None
    code: str


class OpenAiRefusal(TypedDict):
    """As OpenAI refuses; `detail` repeats the message."""

    error: OpenAiError
    detail: str


def refusals(*statuses: int) -> Responses:
    """Of routes outside /v1. What does not validate is FastAPI's own 422."""
    return {status: {"model": Refusal} for status in statuses}


def openai_refusals(*statuses: int) -> Responses:
    return {status: {"model": OpenAiRefusal} for status in statuses}


def answers(model: Any, *, events: str = "") -> Responses:
    """200 with such a body. `events` says what the data of events is, where a stream was asked for."""
    body: dict[str, Any] = {"model": model}
    if events:
        data = {"type": "string", "description": events}
        event = {"type": "object", "properties": {"data": data}, "required": ["data"]}
        body["content"] = {"text/event-stream": {"itemSchema": event}}
    return {200: body}


def form_or_query(fields: type[BaseModel]) -> dict[str, Any]:
    """Of what may come beside a file. Neither has a null: what is not said is left out."""
    schema = fields.model_json_schema()
    for field in schema["properties"].values():
        field |= next((one for one in field.pop("anyOf", []) if one["type"] != "null"), {})
    return {
        "parameters": [{"name": name, "in": "query", "schema": field} for name, field in schema["properties"].items()],
        "requestBody": {"content": {"multipart/form-data": {"schema": schema}}},
    }


class Api(FastAPI):
    """On /v1 a body that does not validate is 400, so nothing there is documented to be 422."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        for path, operations in document["paths"].items():
            if is_openai(path):
                for operation in operations.values():
                    operation["responses"].pop("422", None)
        return document
