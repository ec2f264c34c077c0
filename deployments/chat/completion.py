"""A whole answer, put together from its deltas."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from deployments.chat.deltas import CallArguments, CallStarted, Content, Delta, Finished, FinishReason, Timings, Usage
from deployments.chat.messages import Message, ToolCall


@dataclass(frozen=True, slots=True)
class Completion:
    message: Message
    finish_reason: FinishReason
    usage: Usage
    timings: Timings | None = None


@dataclass(slots=True)
class Collector:
    """Fed with deltas; `completion` is there once they have finished."""

    completion: Completion | None = None
    _content: list[str] = field(default_factory=list)
    _reasoning: list[str] = field(default_factory=list)
    _calls: list[tuple[CallStarted, list[str]]] = field(default_factory=list)

    def add(self, deltas: Iterable[Delta]) -> None:
        for delta in deltas:
            if isinstance(delta, Content):
                self._content.append(delta.text)
            elif isinstance(delta, CallStarted):
                self._calls.append((delta, []))
            elif isinstance(delta, CallArguments):
                self._calls[delta.index][1].append(delta.text)
            elif isinstance(delta, Finished):
                self.completion = Completion(self._message(), delta.reason, delta.usage, delta.timings)
            else:
                self._reasoning.append(delta.text)

    def _message(self) -> Message:
        calls = (ToolCall(call.id, call.name, "".join(arguments)) for call, arguments in self._calls)
        return Message("assistant", "".join(self._content), "".join(self._reasoning), tuple(calls))
