"""The default graph on its pocket model, started as a user would, with limits that do not limit it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.graph.workbench import NO_LIMITS, Workbench, config, running

KEY = "conformance-key"
KEYS = f"owner:{KEY},stranger:strangers-key"


@contextmanager
def starting() -> Iterator[Workbench]:
    with tempfile.TemporaryDirectory() as folder:
        raw = config(limits=NO_LIMITS)
        with running(raw, Path(folder), WORKBENCH_API_KEYS=KEYS, XDG_CACHE_HOME=folder) as workbench:
            workbench.wait_until_up()
            yield workbench


def address(workbench: Workbench) -> dict[str, str]:
    """The variables by which OpenAI's SDKs, and most of what is built on them, find a server."""
    return {"OPENAI_BASE_URL": f"{workbench.url}/v1", "OPENAI_API_KEY": KEY}
