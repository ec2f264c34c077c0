"""Deltas → the server-sent events of a streamed chat completion."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from deployments.api.openai.usage import timings_object, usage_object
from deployments.api.sse import sse
from deployments.chat.deltas import CallArguments, CallStarted, Content, Delta, Finished, Reasoning

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


class ChunkWriter:
    """`write` each group of deltas as it comes. The first text begins with the role chunk."""

    def __init__(self, form: ChunkFormat) -> None:
        self._form = form
        self._events = [self._chunk({"role": "assistant", "content": ""})]

    def write(self, deltas: Iterable[Delta]) -> str:
        """Zero or more events."""
        for delta in deltas:
            if isinstance(delta, Finished):
                self._finish(delta)
            elif fields := self._fields(delta):
                self._events.append(self._chunk(fields))
        events, self._events = self._events, []
        return "".join(sse(event) for event in events)

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

    def _finish(self, delta: Finished) -> None:
        last = self._chunk({}, finish_reason=delta.reason)
        if self._form.include_timings and delta.timings:
            last["timings"] = timings_object(delta.usage, delta.timings)
        self._events.append(last)
        if self._form.include_usage:
            self._events.append({**self._chunk({}), "choices": [], "usage": usage_object(delta.usage)})

    def _chunk(self, fields: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        chunk = {
            "id": self._form.id,
            "object": "chat.completion.chunk",
            "created": self._form.created,
            "model": self._form.model,
            "choices": [{"index": 0, "delta": fields, "logprobs": None, "finish_reason": finish_reason}],
        }
        return chunk | {"usage": None} if self._form.include_usage else chunk


def reasoning_fields(text: str) -> dict[str, str]:
    """Reasoning under the three names that clients look for."""
    return {"thinking": text, "reasoning_content": text, "reasoning": text}
