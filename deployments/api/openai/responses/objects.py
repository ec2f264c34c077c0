"""The bodies of the Responses API's answers, as the OpenAPI document describes them. It makes none of them."""

from typing import Any, Literal

from typing_extensions import TypedDict

from deployments.api.openai.responses.item_objects import FunctionCall, Message, Reasoning

Status = Literal["completed", "failed", "in_progress", "cancelled", "queued", "incomplete"]


class InputTokensDetails(TypedDict):
    cached_tokens: int
    cache_write_tokens: int


class OutputTokensDetails(TypedDict):
    reasoning_tokens: int


class Usage(TypedDict):
    input_tokens: int
    input_tokens_details: InputTokensDetails
    output_tokens: int
    output_tokens_details: OutputTokensDetails
    total_tokens: int


class Failure(TypedDict):
    code: Literal["server_error", "rate_limit_exceeded", "invalid_prompt"]
    message: str


class IncompleteDetails(TypedDict):
    reason: Literal["max_output_tokens"]


class ConversationId(TypedDict):
    id: str


class ResponseObject(TypedDict):
    """Beside what was answered, what was asked for, so far as it is not input."""

    id: str
    object: Literal["response"]
    created_at: int
    completed_at: int | None
    status: Status
    background: bool
    error: Failure | None
    incomplete_details: IncompleteDetails | None
    model: str
    output: list[Reasoning | Message | FunctionCall]
    usage: Usage | None
    previous_response_id: str | None
    conversation: ConversationId | None
    store: bool
    metadata: dict[str, str]
    service_tier: Literal["default"]
    instructions: str | None
    max_output_tokens: int | None
    max_tool_calls: int | None
    parallel_tool_calls: bool
    reasoning: dict[str, str | None]
    temperature: float
    text: dict[str, Any]
    tool_choice: str | dict[str, Any]
    tools: list[dict[str, Any]]
    top_logprobs: int
    top_p: float
    truncation: Literal["auto", "disabled"]


class DeletedResponse(TypedDict):
    id: str
    object: Literal["response"]
    deleted: Literal[True]


class InputTokens(TypedDict):
    object: Literal["response.input_tokens"]
    input_tokens: int
