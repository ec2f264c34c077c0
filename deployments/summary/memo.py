"""Answers, computed once. It knows keys and sizes, not what the answers mean.

They are kept for a while in bounded memory, the least recently used go first; equal requests at the same time share
one computation, those of one payer if it costs money; an error is never kept.
"""

import sys
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal

from cachetools import TTLCache

from deployments.summary.document import Answer, Event, Progress
from deployments.summary.flight import Flight

_OVERHEAD_BYTES = 500  # of one entry: key, objects and links

Origin = Literal["computed", "shared", "known"]


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and where it comes from: this request's own computation, another's, or memory."""

    answer: Answer
    origin: Origin


class Memo:
    """For one event loop; no other thread may touch it."""

    def __init__(
        self,
        max_bytes: int,
        max_entries: int | None = None,
        *,
        ttl_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._answers: TTLCache[bytes, Answer] = TTLCache(max_bytes, ttl_s, clock, _size_bytes)
        self._max_entries = max_entries
        self._flights: dict[tuple[str, bytes], Flight[Event]] = {}

    async def stream(
        self, key: bytes, compute: Callable[[], AsyncGenerator[Event]], *, fresh: bool = False, payer: str = ""
    ) -> AsyncGenerator[Progress | str | Told]:
        """The events of `compute`, shared or remembered; a `fresh` one is computed for its caller alone."""
        if not fresh and (known := self._answers.get(key)):
            yield known.text
            yield Told(known, "known")
            return
        place = payer, key
        under_way = None if fresh else self._flights.get(place)
        shared = under_way if under_way and not under_way.has_failed else None
        flight = shared or Flight(compute())
        if not fresh:
            self._flights[place] = flight
        try:
            async with aclosing(flight.listen()) as events:
                async for event in events:
                    yield self._told(key, event, "shared" if shared else "computed")
        finally:
            if flight.is_over and self._flights.get(place) is flight:
                del self._flights[place]

    def _told(self, key: bytes, event: Event, origin: Origin) -> Progress | str | Told:
        if not isinstance(event, Answer):
            return event
        self._keep(key, event)
        return Told(event, origin)

    def _keep(self, key: bytes, answer: Answer) -> None:
        if _size_bytes(answer) <= self._answers.maxsize:
            self._answers[key] = answer
        if self._max_entries is not None and len(self._answers) > self._max_entries:
            self._answers.popitem()


def _size_bytes(answer: Answer) -> int:
    return _OVERHEAD_BYTES + sys.getsizeof(answer.text)
