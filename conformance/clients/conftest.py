"""What the tests of all clients in Python know of the workbench. It runs in their venvs and imports nothing of ours."""

import os

import pytest


@pytest.fixture(scope="session")
def base_url() -> str:
    return os.environ["OPENAI_BASE_URL"]


@pytest.fixture(scope="session")
def api_key() -> str:
    return os.environ["OPENAI_API_KEY"]


@pytest.fixture(scope="session")
def model() -> str:
    return "pocket-chat"


@pytest.fixture(scope="session")
def embedding_model() -> str:
    return "all-MiniLM-L6-v2"


@pytest.fixture(scope="session")
def long_answer() -> dict:
    """A response format that takes the whole context to fill."""
    schema = {"type": "array", "items": {"const": "again"}, "minItems": 2000}
    return {"type": "json_schema", "json_schema": {"name": "long", "strict": True, "schema": schema}}


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
async def one_event_loop(anyio_backend):
    """Clients keep connections open, and these stay with the loop that opened them."""
    yield  # noqa: PT022
