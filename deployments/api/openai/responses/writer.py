"""Deltas → the events of a response, numbered, from its beginning to its end. The last holds the whole response."""

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deployments.api.openai.responses.item_objects import ItemStatus
from deployments.api.openai.responses.output import Output, begun
from deployments.api.openai.responses.parts import Event, Shown
from deployments.api.openai.responses.usage import usage_object
from deployments.api.sse import sse
from deployments.chat.deltas import CallStarted, Delta, Finished, Piece, Usage

ADDED, DONE = "response.output_item.added", "response.output_item.done"


@dataclass(frozen=True, slots=True)
class ResponseForm:
    """`response` is the object as it is before anything was said, `opening` the events that begin with it.

    Where nobody follows the stream, only its last event is written.
    """

    response: Mapping[str, Any]
    shown: Shown
    is_followed: bool = True
    opening: tuple[str, ...] = ("response.created", "response.in_progress")
    first_number: int = 0

    def writer(self) -> "ResponseWriter":
        return ResponseWriter(self)


class ResponseWriter:
    """`write` each group of deltas as it comes."""

    def __init__(self, form: ResponseForm) -> None:
        self._form = form
        self._events = 0
        self._output: list[dict[str, Any]] = []
        self._current: Output | None = None

    def write(self, number: int, deltas: Iterable[Delta]) -> str:
        """Zero or more events."""
        return "".join(self._numbered(event) for event in self._told(deltas) if self._is_shown(event))

    def end(self, usage: Usage) -> str:
        """There is but one answer, and it has said how it ended."""
        return ""

    def broken_off(self, pieces: Iterable[Piece]) -> list[dict[str, Any]]:
        """The items that these make up, the last of them not to its end."""
        for piece in pieces:
            deque(self._said(piece), maxlen=0)
        deque(self._closed("incomplete"), maxlen=0)
        return self._output

    def _told(self, deltas: Iterable[Delta]) -> Iterator[Event]:
        if not self._events:
            yield from ({"type": kind, "response": self._form.response} for kind in self._form.opening)
        for delta in deltas:
            if isinstance(delta, Finished):
                yield from self._finished(delta)
            elif isinstance(delta, Piece):
                yield from self._said(delta)

    def _said(self, piece: Piece) -> Iterator[Event]:
        if self._current is None or not self._current.takes(piece):
            yield from self._closed("completed")
            self._current = begun(piece, self._form.response["id"], len(self._output), self._form.shown)
            added = self._placed({"type": ADDED, "item": self._current.object("in_progress")}, with_id=False)
            yield added
            yield from map(self._placed, self._current.opened())
        if not isinstance(piece, CallStarted):
            yield from map(self._placed, self._current.add(piece))

    def _closed(self, status: ItemStatus) -> Iterator[Event]:
        if self._current:
            yield from map(self._placed, self._current.closed())
            item = self._current.object(status)
            yield self._placed({"type": DONE, "item": item}, with_id=False)
            self._output.append(item)
            self._current = None

    def _finished(self, finished: Finished) -> Iterator[Event]:
        status: ItemStatus = "incomplete" if finished.reason == "length" else "completed"
        yield from self._closed(status)
        ended: dict[str, Any] = {"status": status, "output": self._output, "usage": usage_object(finished.usage)}
        if status == "incomplete":
            ended["incomplete_details"] = {"reason": "max_output_tokens"}
        else:
            ended["completed_at"] = int(time.time())
        yield {"type": f"response.{status}", "response": {**self._form.response, **ended}}

    def _placed(self, event: Event, *, with_id: bool = True) -> Event:
        assert self._current
        place = {"output_index": len(self._output)}
        return event | place | ({"item_id": self._current.id} if with_id else {})

    def _is_shown(self, event: Event) -> bool:
        return self._form.is_followed or event["type"] in ("response.completed", "response.incomplete")

    def _numbered(self, event: Event) -> str:
        number = self._form.first_number + self._events
        self._events += 1
        return numbered(event, number)


def numbered(event: Event, number: int) -> str:
    return sse({"type": event["type"], "sequence_number": number, **event}, event["type"])
