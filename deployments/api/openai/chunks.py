"""Deltas → the server-sent events of a streamed chat completion."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from deployments.api.openai.logprobs import logprobs_object
from deployments.api.openai.usage import timings_object, usage_object
from deployments.api.sse import sse
from deployments.chat.deltas import CallArguments, CallStarted, Content, Delta, Finished, Reasoning, Truncated, Usage

DONE = "data: [DONE]\n\n"


@dataclass(frozen=True, slots=True)
class ChunkFormat:
    """What all chunks of one completion have in common, and what its client asked to see."""

    id: str
    model: str
    created: int
    include_thinking: bool = False
    include_usage: bool = False
    include_timings: bool = False
    include_logprobs: bool = False

    def writer(self) -> "ChunkWriter":
        return ChunkWriter(self)


class ChunkWriter:
    """`write` each group of deltas as it comes. An answer's first text begins with its role chunk."""

    def __init__(self, form: ChunkFormat) -> None:
        self._form = form
        self._begun: set[int] = set()

    def write(self, number: int, deltas: Iterable[Delta]) -> str:
        """Zero or more events."""
        events = []
        if number not in self._begun:
            self._begun.add(number)
            events.append(sse(self._chunk(number, {"role": "assistant", "content": "", "refusal": None})))
        for delta in deltas:
            if isinstance(delta, Finished):
                events.append(sse(self._last(number, delta)))
            elif isinstance(delta, Truncated):
                events.append(sse(self._chunk(number, {}) | truncation_fields(delta.messages)))
            elif fields := self._fields(delta):
                events.append(sse(self._chunk(number, fields, logprobs=_logprobs(delta))))
        return "".join(events)

    def end(self, usage: Usage) -> str:
        """What follows when all answers have finished."""
        if not self._form.include_usage:
            return ""
        return sse({**self._chunk(0, {}), "choices": [], "usage": usage_object(usage)})

    def _fields(self, delta: Delta) -> dict[str, Any] | None:
        if isinstance(delta, Content):
            return {"content": delta.text}
        if isinstance(delta, Reasoning):
            return reasoning_fields(delta.text) if self._form.include_thinking else None
        if isinstance(delta, CallStarted):
            function = {"name": delta.name, "arguments": ""}
            return {"tool_calls": [{"index": delta.index, "id": delta.id, "type": "function", "function": function}]}
        assert isinstance(delta, CallArguments)
        return {"tool_calls": [{"index": delta.index, "function": {"arguments": delta.text}}]}

    def _last(self, number: int, delta: Finished) -> dict[str, Any]:
        last = self._chunk(number, {}, finish_reason=delta.reason)
        if self._form.include_timings and delta.timings:
            last["timings"] = timings_object(delta.usage, delta.timings)
        return last

    def _chunk(
        self, number: int, fields: dict[str, Any], finish_reason: str | None = None, logprobs: Any = None
    ) -> dict[str, Any]:
        chunk = {
            "id": self._form.id,
            "object": "chat.completion.chunk",
            "created": self._form.created,
            "model": self._form.model,
            "choices": [{"index": number, "delta": fields, "logprobs": logprobs, "finish_reason": finish_reason}],
        }
        return chunk | {"usage": None} if self._form.include_usage else chunk


def truncation_fields(messages: int) -> dict[str, int]:
    """Only where some of the conversation was not read."""
    return {"truncated_messages": messages} if messages else {}


def reasoning_fields(text: str) -> dict[str, str]:
    """Reasoning under the three names that clients look for."""
    return {"thinking": text, "reasoning_content": text, "reasoning": text}


def _logprobs(delta: Delta) -> dict[str, Any] | None:
    return logprobs_object(delta.likelihoods) if isinstance(delta, Content) and delta.likelihoods else None
