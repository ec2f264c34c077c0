"""Embeddings that other replicas computed, in Redis. It may be away: then each computes for itself, and says so."""

import logging
import struct
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from redis.asyncio import Redis
from redis.exceptions import RedisError

from deployments.embedding.cache import Embedding
from deployments.errors import ConfigError

logger = logging.getLogger(__name__)

PREFIX = b"workbench:embedding:"
ANSWER_S = 0.25  # that Redis may take; computing a text takes less than waiting longer
AWAY_S = 5.0  # that it is left alone for then
HEAD = struct.Struct("<I?")  # tokens, and whether the text was cut; the vector follows


class SharedCache:
    """Keys name the model's files and how it computes, so replicas of different models never mix."""

    def __init__(self, url: str, *, ttl_s: int) -> None:
        """Connects at the first question. Raises ConfigError for a URL that cannot be meant."""
        try:
            self._client: Redis = Redis.from_url(url, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S)
        except ValueError as error:
            raise ConfigError(
                f"embedding.shared_cache_url is no URL of a Redis, such as redis://HOST:6379/0: {error}."
            ) from None
        self._ttl_s = ttl_s
        self._away_until = 0.0

    async def get(self, keys: Sequence[bytes]) -> dict[bytes, Embedding]:
        """Those that are known there."""
        if not keys or self._is_away:
            return {}
        try:
            values: list[Any] = await self._client.mget([PREFIX + key for key in keys])
        except (RedisError, OSError) as error:
            self._leave_alone(error)
            return {}
        return {key: _read(value) for key, value in zip(keys, values, strict=True) if value is not None}

    async def put(self, embeddings: Mapping[bytes, Embedding]) -> None:
        if not embeddings or self._is_away:
            return
        pipeline = self._client.pipeline(transaction=False)
        for key, embedding in embeddings.items():
            pipeline.set(PREFIX + key, _written(embedding), ex=self._ttl_s)
        try:
            await pipeline.execute()
        except (RedisError, OSError) as error:
            self._leave_alone(error)

    async def close(self) -> None:
        await self._client.aclose()

    @property
    def _is_away(self) -> bool:
        return time.monotonic() < self._away_until

    def _leave_alone(self, error: Exception) -> None:
        logger.error("The Redis of the embeddings is away, and each replica computes for itself: %s", error)
        self._away_until = time.monotonic() + AWAY_S


def _written(embedding: Embedding) -> bytes:
    return HEAD.pack(embedding.tokens, embedding.is_truncated) + embedding.vector.astype("<f4").tobytes()


def _read(value: bytes) -> Embedding:
    tokens, is_truncated = HEAD.unpack_from(value)
    vector = np.frombuffer(value, "<f4", offset=HEAD.size).astype(np.float32)
    return Embedding(vector, tokens, is_truncated)
