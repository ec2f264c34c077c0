"""Sessions over HTTP, on both databases."""

import pytest

from tests.api.responses.conftest import served  # noqa: F401  # a client can leave only where there is a connection
from tests.conftest import database_url  # noqa: F401


@pytest.fixture
async def session_id(client):
    return (await client.post("/v1/sessions")).json()["session_id"]
