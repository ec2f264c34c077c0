"""The default graph, started for a measurement, with limits that do not limit it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.graph.workbench import Workbench, config, running

KEY = "bench-key"
UNLIMITED = {"calls": 1_000_000, "seconds": 60}
LIMITS = dict.fromkeys(("embed", "chat", "summarize"), UNLIMITED)


@contextmanager
def starting() -> Iterator[Workbench]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running(config(limits=LIMITS), Path(folder), WORKBENCH_API_KEYS=f"bench:{KEY}") as workbench,
    ):
        yield workbench


def client(workbench: Workbench) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=workbench.url, headers={"Authorization": f"Bearer {KEY}"}, timeout=120)
