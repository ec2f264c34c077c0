"""A whole chat completion as OpenAI's object."""

from collections.abc import Sequence
from typing import Any

from deployments.api.openai.chunks import ChunkFormat, reasoning_fields, truncation_fields
from deployments.api.openai.logprobs import logprobs_object
from deployments.api.openai.usage import timings_object, usage_object
from deployments.chat.completion import Completion, total_timings, total_usage
from deployments.chat.messages import Message


def completion_object(completions: Sequence[Completion], form: ChunkFormat) -> dict[str, Any]:
    """All of them answer one conversation."""
    usage = total_usage(completions, choices=len(completions))
    completed = {
        "id": form.id,
        "object": "chat.completion",
        "created": form.created,
        "model": form.model,
        "choices": [_choice(number, completion, form) for number, completion in enumerate(completions)],
        "usage": usage_object(usage),
    } | truncation_fields(completions[0].truncated_messages)
    if form.include_timings:
        completed["timings"] = timings_object(usage, total_timings(completions))
    return completed


def _choice(number: int, completion: Completion, form: ChunkFormat) -> dict[str, Any]:
    message = message_object(completion.message, include_thinking=form.include_thinking)
    return {
        "index": number,
        "message": message | {"refusal": None},
        "logprobs": logprobs_object(completion.likelihoods) if form.include_logprobs else None,
        "finish_reason": completion.finish_reason,
    }


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
