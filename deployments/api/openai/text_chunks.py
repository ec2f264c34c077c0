"""Deltas → the server-sent events of a streamed text completion, and the object of a whole one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from deployments.api.openai.text_logprobs import TextLogprobs
from deployments.api.openai.usage import usage_object
from deployments.api.sse import sse
from deployments.chat.completion import Completion, total_usage
from deployments.chat.deltas import Content, Delta, Finished, Usage


@dataclass(frozen=True, slots=True)
class TextFormat:
    """What all chunks of one completion have in common, and what its client asked to see."""

    id: str
    model: str
    created: int
    include_usage: bool = False
    include_logprobs: bool = False

    def writer(self) -> "TextWriter":
        return TextWriter(self)


class TextWriter:
    """`write` each group of deltas as it comes."""

    def __init__(self, form: TextFormat) -> None:
        self._form = form
        self._logprobs: defaultdict[int, TextLogprobs] = defaultdict(TextLogprobs)

    def write(self, number: int, deltas: Iterable[Delta]) -> str:
        """Zero or more events."""
        events = []
        for delta in deltas:
            if isinstance(delta, Content):
                likelihoods = self._logprobs[number].object(delta.likelihoods) if self._form.include_logprobs else None
                events.append(self._event(_choice(number, delta.text, likelihoods, None)))
            elif isinstance(delta, Finished):
                events.append(self._event(_choice(number, "", None, delta.reason)))
        return "".join(events)

    def end(self, usage: Usage) -> str:
        """What follows when all answers have finished."""
        return sse(_completion(self._form, [], usage_object(usage))) if self._form.include_usage else ""

    def _event(self, choice: dict[str, Any]) -> str:
        event = _completion(self._form, [choice], None)
        if not self._form.include_usage:
            del event["usage"]
        return sse(event)


def text_object(completions: Sequence[Completion], form: TextFormat, choices: int) -> dict[str, Any]:
    """Each prompt has so many `choices`."""
    usage = usage_object(total_usage(completions, choices))
    return _completion(form, [_whole(number, item, form) for number, item in enumerate(completions)], usage)


def _whole(number: int, completion: Completion, form: TextFormat) -> dict[str, Any]:
    logprobs = TextLogprobs().object(completion.likelihoods) if form.include_logprobs else None
    return _choice(number, completion.message.content, logprobs, completion.finish_reason)


def _choice(number: int, text: str, logprobs: Any, finish_reason: str | None) -> dict[str, Any]:
    return {"index": number, "text": text, "logprobs": logprobs, "finish_reason": finish_reason}


def _completion(form: TextFormat, choices: list[dict[str, Any]], usage: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "id": form.id,
        "object": "text_completion",
        "created": form.created,
        "model": form.model,
        "choices": choices,
        "usage": usage,
    }
