import pytest

from deployments.sessions.database import connect
from deployments.sessions.migrate import migrate
from deployments.sessions.store import SessionStore
from deployments.sessions.turns import Turns


@pytest.fixture
async def database(database_url):
    database = connect(database_url)
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
def store(database):
    return SessionStore(database)


@pytest.fixture
def turns(database):
    return Turns(database, wait_s=0.2)
