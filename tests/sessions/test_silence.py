"""A PostgreSQL that says nothing any more, with its connections open: nobody waits for it for long."""

import asyncio
import time

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from deployments.errors import Overloaded, StorageUnavailable
from deployments.sessions.database import connect, sqlite_url
from tests.sessions.forwarder import forwarding_to

LONGEST_S = 16


async def one(db):
    return await db.scalar(text("SELECT 1"))


async def held(db):
    await db.run_sync(lambda _: time.sleep(1))


async def failed(transaction):
    """With what, and after how many seconds."""
    begun = time.monotonic()
    with pytest.raises((Exception, asyncio.CancelledError)) as raised:
        await transaction
    return raised.type, time.monotonic() - begun


@pytest.fixture
async def forwarder(postgresql):
    url = make_url(await postgresql.new_database())
    async with forwarding_to(url.host, url.port) as forwarder:
        forwarder.url = url.set(port=forwarder.port).render_as_string()
        yield forwarder


@pytest.fixture
async def database(forwarder):
    database = connect(forwarder.url)
    yield database
    forwarder.speak_again()
    await database.close()


@pytest.mark.slow
async def test_what_is_silent_cannot_be_reached(database, forwarder):
    """Whether it falls silent before a transaction or within it; whoever leaves meanwhile is not held for longer."""
    within = asyncio.Event()

    async def cut(db):
        await one(db)
        within.set()
        await asyncio.sleep(0.1)
        return await one(db)

    await database.read(one)
    middle = asyncio.create_task(failed(database.write(cut)))
    await within.wait()
    forwarder.fall_silent()
    left = asyncio.create_task(database.read(one))
    asyncio.get_running_loop().call_later(1, left.cancel)
    outcomes = await asyncio.gather(middle, failed(left), *(failed(database.read(one)) for _ in range(3)))
    forwarder.speak_again()

    kinds, seconds = zip(*outcomes, strict=True)
    assert (StorageUnavailable, asyncio.CancelledError, *[StorageUnavailable] * 3) == kinds
    assert max(seconds) < LONGEST_S
    assert 1 == await database.read(one)


@pytest.mark.slow
async def test_a_start_waits_for_longer(database):
    """For a statement that takes its time, such as another process's migration."""
    async with database.beginning() as connection:
        assert 1 == await connection.scalar(text("SELECT 1 FROM pg_sleep(7)"))
    with pytest.raises(StorageUnavailable):
        await database.read(lambda db: db.scalar(text("SELECT 1 FROM pg_sleep(7)")))


async def test_a_line_that_is_too_long_is_told_apart(tmp_path, monkeypatch):
    """SQLite answers, but others are before."""
    monkeypatch.setattr("deployments.sessions.sqlite.WAIT_S", 0.1)
    database = connect(sqlite_url(tmp_path))
    first = asyncio.create_task(database.write(held))
    await asyncio.sleep(0.1)
    with pytest.raises(Overloaded):
        await database.write(one)
    await first
    await database.close()
