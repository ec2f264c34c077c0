"""A whole chat completion as OpenAI's object."""

from typing import Any

from deployments.api.openai.chunks import ChunkFormat, reasoning_fields
from deployments.api.openai.usage import timings_object, usage_object
from deployments.chat.completion import Completion
from deployments.chat.messages import Message


def completion_object(completion: Completion, form: ChunkFormat) -> dict[str, Any]:
    choice = {
        "index": 0,
        "message": message_object(completion.message, include_thinking=form.include_thinking),
        "logprobs": None,
        "finish_reason": completion.finish_reason,
    }
    completed = {
        "id": form.id,
        "object": "chat.completion",
        "created": form.created,
        "model": form.model,
        "choices": [choice],
        "usage": usage_object(completion.usage),
    }
    if form.include_timings and completion.timings:
        completed["timings"] = timings_object(completion.usage, completion.timings)
    return completed


def message_object(message: Message, *, include_thinking: bool) -> dict[str, Any]:
    """An assistant that only calls tools has no content, which is null and not empty."""
    fields: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        fields["content"] = message.content or None
        fields["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_call_id:
        fields["tool_call_id"] = message.tool_call_id
    if message.name:
        fields["name"] = message.name
    if include_thinking and message.reasoning:
        fields |= reasoning_fields(message.reasoning)
    return fields
