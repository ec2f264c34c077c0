"""Answers, computed once. It knows keys and sizes, not what the answers mean.

They are kept in bounded memory, the least recently used go first; equal requests at the same time share one
computation; an error is never kept.
"""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache

from deployments.summary.document import Answer

_OVERHEAD_BYTES = 500  # of one entry: key, objects and links


@dataclass(slots=True)
class _Computation:
    task: asyncio.Task[Answer]
    waiting: int = 0


class Memo:
    """For one event loop; no other thread may touch it."""

    def __init__(self, max_bytes: int, max_entries: int | None = None) -> None:
        self._answers: LRUCache[bytes, Answer] = LRUCache(max_bytes, getsizeof=_size_bytes)
        self._max_entries = max_entries
        self._running: dict[bytes, _Computation] = {}

    async def get(self, key: bytes, compute: Callable[[], Coroutine[Any, Any, Answer]]) -> tuple[Answer, bool]:
        """The answer, and whether it was known before."""
        if known := self._answers.get(key):
            return known, True
        if key not in self._running:
            self._running[key] = _Computation(asyncio.create_task(compute()))
        return await self._share(key, self._running[key]), False

    async def _share(self, key: bytes, computation: _Computation) -> Answer:
        computation.waiting += 1
        try:
            answer = await asyncio.shield(computation.task)
        finally:
            computation.waiting -= 1
            if not computation.waiting:  # the last to leave; without an answer, nobody wants one any more
                computation.task.cancel()
                del self._running[key]
        self._keep(key, answer)
        return answer

    def _keep(self, key: bytes, answer: Answer) -> None:
        if _size_bytes(answer) <= self._answers.maxsize:
            self._answers[key] = answer
        if self._max_entries is not None and len(self._answers) > self._max_entries:
            self._answers.popitem()


def _size_bytes(answer: Answer) -> int:
    return _OVERHEAD_BYTES + sys.getsizeof(answer.text)
