"""Embeddings that were computed before, wherever they are kept: in this replica, and in the Redis of all, if any."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from deployments.config import EmbedderConfig
from deployments.embedding.cache import Embedding, EmbeddingCache
from deployments.errors import MissingExtra

if TYPE_CHECKING:
    from deployments.embedding.shared import SharedCache


class CacheTiers:
    def __init__(self, config: EmbedderConfig) -> None:
        """Raises ConfigError."""
        self._own = EmbeddingCache(config.cache_bytes, config.cache_entries)
        self._shared = shared_cache(config)
        self._shares: set[asyncio.Task[None]] = set()

    async def find(self, keys: Sequence[bytes]) -> dict[bytes, Embedding]:
        """Those that are known. What another replica has computed is kept here from now on."""
        known = {key: hit for key in keys if (hit := self._own.get(key))}
        if self._shared and len(known) < len(keys):
            found = await self._shared.get([key for key in keys if key not in known])
            for key, embedding in found.items():
                self.keep(key, embedding)
            known |= found
        return known

    def keep(self, key: bytes, embedding: Embedding) -> None:
        """In this replica."""
        self._own.put(key, embedding)

    def share(self, computed: Mapping[bytes, Embedding]) -> None:
        """With the other replicas. Nobody's answer waits for it."""
        if self._shared:
            task = asyncio.create_task(self._shared.put(computed))
            self._shares.add(task)
            task.add_done_callback(self._shares.discard)


def shared_cache(config: EmbedderConfig) -> "SharedCache | None":
    """Raises ConfigError."""
    if config.shared_cache_url is None:
        return None
    try:
        from deployments.embedding.shared import SharedCache  # redis is an extra
    except ImportError as error:
        raise MissingExtra("embedding.shared_cache_url", "redis") from error
    return SharedCache(config.shared_cache_url.get_secret_value(), ttl_s=config.shared_cache_ttl_s)
