"""Both sides of a comparison, up and answering. Each is a client whose address is all that differs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from bench import graph, peer, random_model

THREADS, BATCH_TOKENS = 2, 512
CACHE_MIB = 4096
TIMEOUT_S, START_S = 300, 300  # of a request, of a start


@asynccontextmanager
async def ours(
    *, slots: int, context_tokens: int, caches: bool = False, folder: Path | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """The whole graph. With `caches`, conversations that leave their slot are kept in memory and in `folder`."""
    chat = {"model": str(random_model.path()), "slots": slots, "context_tokens": context_tokens}
    with graph.starting(chat | {"threads": THREADS, "batch_tokens": BATCH_TOKENS} | _caches(caches), folder) as started:
        started.wait_until_up(START_S)
        async with graph.client(started) as http:
            http.timeout = httpx.Timeout(TIMEOUT_S)
            yield http


@asynccontextmanager
async def theirs(*, slots: int, context_tokens: int, caches: bool = False) -> AsyncIterator[httpx.AsyncClient]:
    settings = {"slots": slots, "context_tokens": context_tokens, "cache_ram_mib": CACHE_MIB if caches else 0}
    with peer.running(random_model.path(), threads=THREADS, batch_tokens=BATCH_TOKENS, **settings) as url:
        async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S) as http:
            yield http


def _caches(wanted: bool) -> dict[str, int]:
    return dict.fromkeys(("cache_memory_bytes", "cache_disk_bytes"), CACHE_MIB * 2**20 if wanted else 0)
