"""The default graph, started for a measurement, with limits that do not limit it."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.graph.workbench import NO_LIMITS, Workbench, config, running

KEY = "bench-key"


@contextmanager
def starting(
    chat: Mapping[str, Any] | None = None, folder: Path | None = None, embedding: Mapping[str, Any] | None = None
) -> Iterator[Workbench]:
    """`chat` and `embedding` change those sections of the configuration.

    In a `folder` of its own a graph finds what another left.
    """
    with ExitStack() as stack:
        home = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        raw = config(limits=NO_LIMITS, chat=dict(chat or {}), embedding=dict(embedding or {}))
        yield stack.enter_context(running(raw, home, WORKBENCH_API_KEYS=f"bench:{KEY}", XDG_CACHE_HOME=str(home)))


def client(workbench: Workbench) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=workbench.url, headers={"Authorization": f"Bearer {KEY}"}, timeout=120)
