"""Embeddings that were computed before, bounded in bytes. It knows keys and values; who computes is not its matter."""

import hashlib
import threading
from dataclasses import dataclass

from cachetools import LRUCache

from deployments.embedding.request import Body, Overflow
from deployments.embedding.vectors import Vectors
from deployments.errors import InvalidField

ENTRY_BYTES = 640  # beside the vector's numbers: key, objects, the cache's tables (515 measured), the allocator


@dataclass(frozen=True, slots=True)
class Embedding:
    """One text at full length, owning its memory: a view would keep a whole batch alive."""

    vector: Vectors
    tokens: int
    is_truncated: bool


class EmbeddingCache:
    """Vectors never change, so the least recently used leave and none grows old. Any thread may call."""

    def __init__(self, max_bytes: int, max_entries: int | None = None) -> None:
        self._entries: LRUCache[bytes, Embedding] = LRUCache(max_bytes, getsizeof=_bytes)
        self._max_entries = max_entries
        self._lock = threading.Lock()

    def get(self, key: bytes) -> Embedding | None:
        with self._lock:
            return self._entries.get(key)

    def put(self, key: bytes, embedding: Embedding) -> None:
        if _bytes(embedding) > self._entries.maxsize:
            return
        with self._lock:
            self._entries[key] = embedding
            if self._max_entries is not None and len(self._entries) > self._max_entries:
                self._entries.popitem()


def _bytes(embedding: Embedding) -> int:
    return embedding.vector.nbytes + ENTRY_BYTES


def key(fingerprint: bytes, prompt: str, body: Body, overflow: Overflow) -> bytes:
    """Everything a vector depends on: not the prompt's name, nor the length it is cut to later."""
    kind, content = ("text", body) if isinstance(body, str) else ("ids", repr(body))
    try:
        question = f"{overflow} {kind} {len(prompt)} {prompt}{content}".encode()
    except UnicodeEncodeError as error:
        raise InvalidField("A text holds half of a surrogate pair, which is not Unicode.", param="input") from error
    return hashlib.sha256(fingerprint + question).digest()
