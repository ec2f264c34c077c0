import pytest

from deployments.sessions.database import connect, create_tables, sqlite_url
from deployments.sessions.store import SessionStore
from deployments.sessions.turns import Turns


@pytest.fixture
async def engine(tmp_path):
    engine = connect(sqlite_url(tmp_path))
    await create_tables(engine)
    yield engine
    await engine.dispose()


@pytest.fixture
def store(engine):
    return SessionStore(engine)


@pytest.fixture
def turns(engine):
    return Turns(engine, wait_s=0.2)
