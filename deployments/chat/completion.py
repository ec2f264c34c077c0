"""A whole answer, put together from its deltas; and what several took together."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from deployments.chat.deltas import (
    CallArguments,
    CallStarted,
    Content,
    Delta,
    Finished,
    FinishReason,
    Likelihood,
    Reasoning,
    Timings,
    Truncated,
    Usage,
)
from deployments.chat.messages import Message, ToolCall


@dataclass(frozen=True, slots=True)
class Completion:
    """`likelihoods` are those of its content's tokens, where they were asked for.

    The model did not read the conversation's oldest `truncated_messages`. What it did read takes `conversation_tokens`
    with this answer, as the next turn would begin; counted only where the request says that it goes on.
    """

    message: Message
    finish_reason: FinishReason
    usage: Usage
    timings: Timings | None = None
    likelihoods: tuple[Likelihood, ...] = ()
    truncated_messages: int = 0
    conversation_tokens: int | None = None

    @property
    def lasting(self) -> Message:
        """What a conversation can go on from: a call that was cut is none, for it can have no result."""
        if self.finish_reason != "length":
            return self.message
        calls = tuple(call for call in self.message.tool_calls if _is_object(call.arguments))
        return replace(self.message, tool_calls=calls)


@dataclass(slots=True)
class Collector:
    """Fed with deltas; `completion` is there once they have finished."""

    completion: Completion | None = None
    _content: list[Content] = field(default_factory=list)
    _reasoning: list[str] = field(default_factory=list)
    _calls: list[tuple[CallStarted, list[str]]] = field(default_factory=list)
    _truncated_messages: int = 0

    def add(self, deltas: Iterable[Delta]) -> None:
        for delta in deltas:
            match delta:
                case Content():
                    self._content.append(delta)
                case Reasoning():
                    self._reasoning.append(delta.text)
                case CallStarted():
                    self._calls.append((delta, []))
                case CallArguments():
                    self._calls[delta.index][1].append(delta.text)
                case Truncated():
                    self._truncated_messages = delta.messages
                case Finished():
                    self.completion = self._completed(delta)

    def _completed(self, end: Finished) -> Completion:
        likelihoods = tuple(item for piece in self._content for item in piece.likelihoods)
        message, truncated = self._message(), self._truncated_messages
        return Completion(message, end.reason, end.usage, end.timings, likelihoods, truncated)

    def _message(self) -> Message:
        calls = (ToolCall(call.id, call.name, "".join(arguments)) for call, arguments in self._calls)
        content = "".join(piece.text for piece in self._content)
        return Message("assistant", content, "".join(self._reasoning), tuple(calls))


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def total_usage(completions: Sequence[Completion], choices: int) -> Usage:
    """Of prompts with so many `choices` each. A prompt counts once: only the first of its answers computes it."""
    all_usages = [completion.usage for completion in completions]
    first = all_usages[::choices]
    return Usage(
        prompt_tokens=sum(usage.prompt_tokens for usage in first),
        completion_tokens=sum(usage.completion_tokens for usage in all_usages),
        reasoning_tokens=sum(usage.reasoning_tokens for usage in all_usages),
        cached_tokens=sum(usage.cached_tokens for usage in first),
    )


def total_timings(completions: Sequence[Completion]) -> Timings:
    """Of answers side by side: each stage lasted as long as the longest."""
    timings = [completion.timings for completion in completions if completion.timings]
    return Timings(
        queue_s=max(item.queue_s for item in timings),
        prompt_s=max(item.prompt_s for item in timings),
        answer_s=max(item.answer_s for item in timings),
        drafted_tokens=sum(item.drafted_tokens for item in timings),
        accepted_tokens=sum(item.accepted_tokens for item in timings),
    )
