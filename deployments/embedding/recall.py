"""Answers given before, kept where questions arrive: equal ones need no other process. It knows no model."""

import sys
from dataclasses import dataclass, replace
from typing import Protocol

from cachetools import LRUCache

from deployments.embedding.request import Body, EmbeddingRequest, EmbeddingResult

ENTRY_BYTES = 1024  # of objects and tables, beside numbers and texts
SHARE = 16  # no answer takes more than this part of what may be kept


class Embedder(Protocol):
    async def embed(self, request: EmbeddingRequest) -> EmbeddingResult: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """With the bytes that it and its question take."""

    result: EmbeddingResult
    size: int


class RecallingEmbedder:
    """An embedder that asks another one, unless it knows the answer. One event loop.

    The first answer by another model ends the memory of the one before.
    """

    def __init__(self, embedder: Embedder, *, max_bytes: int) -> None:
        self._embedder = embedder
        self._answers: LRUCache[EmbeddingRequest, Answer] = LRUCache(max_bytes, getsizeof=_size)
        self._most_bytes = max_bytes // SHARE
        self._fingerprint = b""

    async def embed(self, request: EmbeddingRequest) -> EmbeddingResult:
        """`seconds` of what is recalled are 0, for no model worked."""
        if known := self._answers.get(request):
            return replace(known.result, seconds=0.0)
        result = await self._embedder.embed(request)
        self._remember(request, result)
        return result

    def _remember(self, request: EmbeddingRequest, result: EmbeddingResult) -> None:
        if result.fingerprint != self._fingerprint:
            self._answers.clear()
            self._fingerprint = result.fingerprint
        answer = Answer(result, ENTRY_BYTES + result.vectors.nbytes + sum(map(_bytes, request.inputs)))
        if answer.size <= self._most_bytes:
            self._answers[request] = answer


def _size(answer: Answer) -> int:
    return answer.size


def _bytes(body: Body) -> int:
    return sys.getsizeof(body) + (0 if isinstance(body, str) else sum(map(sys.getsizeof, body)))
