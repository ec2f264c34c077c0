"""What has expired leaves the store, and the oldest when there is too much: in one place, and never what is in use."""

import asyncio
import time

import pytest
from sqlalchemy import func, insert, select

from deployments.chat.messages import Message
from deployments.errors import SessionNotFound, StorageUnavailable
from deployments.sessions.database import connect
from deployments.sessions.items import MessageItem
from deployments.sessions.kept import MESSAGE_BYTES, ROW_BYTES, total_bytes
from deployments.sessions.rows import item_row
from deployments.sessions.sweep import Sweep
from deployments.sessions.tables import ConversationRow, ItemRow, ResponseRow

SAID = [Message("user", "x" * 1000), Message("assistant", "y" * 1000)]


@pytest.fixture
def sweep(database):
    return Sweep(database, every_s=60)


async def counted(database, *tables):
    counts = [select(func.count()).select_from(table) for table in tables]
    return [await database.read(lambda db, query=query: db.scalar(query)) for query in counts]


async def say(turns, session_id):
    async with turns.turn("alice", session_id) as turn:
        await turns.store(turn, SAID, token_count=9)


async def respond(database, response_id, **more):
    """A response of nobody's conversation, with an item of its own."""
    row = {"id": response_id, "owner": "alice", "status": "completed", "size_bytes": 2, "body": "{}", "created_at": 0.0}
    item = item_row(MessageItem("assistant", ("Hi",)), 1, response_id=response_id)
    await database.write(lambda db: db.execute(insert(ResponseRow), row | more))
    await database.write(lambda db: db.execute(insert(ItemRow), item))


async def test_what_has_expired_leaves_with_all_that_was_said(database, store, turns, sweep):
    """However much it is. The rest stays as it is."""
    kept = await store.create("alice", {})
    for _ in range(250):
        await store.create("alice", {"ttl_s": 0.1})
    await say(turns, (await store.create("alice", {"ttl_s": 0.1})).id)
    await say(turns, kept.id)
    await respond(database, "resp_1", expires_at=1.0)
    await respond(database, "resp_2", expires_at=time.time() + 60)
    await asyncio.sleep(0.1)
    await sweep.sweep()

    assert [1, 1, 3] == await counted(database, ConversationRow, ResponseRow, ItemRow)
    assert 2 == len(await store.messages("alice", kept.id))


async def test_what_was_made_when_nothing_had_to_expire_leaves_as_well(database, store):
    """Once the configuration says for how long anything lasts."""
    old = await store.create("alice", {})
    await respond(database, "resp_1")
    await asyncio.sleep(0.2)
    new = await store.create("alice", {})
    await Sweep(database, every_s=60, ttl_s=0.1).sweep()

    assert [1, 0, 0] == await counted(database, ConversationRow, ResponseRow, ItemRow)
    with pytest.raises(SessionNotFound):
        await store.get("alice", old.id)
    assert new == await store.get("alice", new.id)


async def test_the_oldest_leave_when_there_is_too_much(database, store, turns):
    """By their last access; as few as need to."""
    sessions = [await store.create("alice", {}) for _ in range(5)]
    for session in sessions:
        await say(turns, session.id)
    await store.make_current("alice", sessions[0].id)
    size_bytes = await database.read(lambda db: db.scalar(total_bytes())) // 5
    await respond(database, "resp_1")
    bytes_then = await database.read(lambda db: db.scalar(total_bytes()))
    await Sweep(database, every_s=60, max_bytes=bytes_then).sweep()
    all_then = await counted(database, ConversationRow, ResponseRow)
    await Sweep(database, every_s=60, max_bytes=3 * size_bytes + 10).sweep()
    left = [session.id for session in await store.recent("alice", limit=10)]

    assert [5, 1] == all_then
    assert bytes_then > 5 * size_bytes + ROW_BYTES + MESSAGE_BYTES
    assert [sessions[0].id, sessions[4].id, sessions[3].id] == left
    assert [0, 6] == await counted(database, ResponseRow, ItemRow)


async def test_what_is_in_use_never_leaves(database, store, turns):
    """Neither when it has expired nor when there is too much."""
    session = await store.create("alice", {"ttl_s": 0.1})
    await respond(database, "resp_1", expires_at=1.0, alive_until=time.time() + 60)
    async with turns.turn("alice", session.id) as turn:
        await asyncio.sleep(0.1)
        await Sweep(database, every_s=60, max_bytes=1).sweep()
        await turns.store(turn, SAID, token_count=9)

    assert [1, 1] == await counted(database, ConversationRow, ResponseRow)
    assert 2 == (await store.get("alice", session.id)).message_count


async def test_one_of_many_processes_sweeps(database, database_url):
    """And the next only when it is due again."""
    others = [connect(database_url) for _ in range(4)]
    doors = [Sweep(one, every_s=0.3) for one in (database, *others)]
    first = await asyncio.gather(*(door.is_due() for door in doors))
    again = [await door.is_due() for door in doors]
    await asyncio.sleep(0.3)
    later = [await door.is_due() for door in doors]
    for other in others:
        await other.close()

    assert [1, 0, 1] == [sum(first), sum(again), sum(later)]


async def test_it_goes_on_when_the_database_is_back(database, store, monkeypatch):
    """What could not be removed leaves the next time."""
    sweep, fails = Sweep(database, every_s=0.05), [True, True]

    async def away():
        if fails:
            fails.pop()
            raise StorageUnavailable("away")
        return True

    monkeypatch.setattr(sweep, "is_due", away)
    await store.create("alice", {"ttl_s": 0.01})
    running = asyncio.create_task(sweep.run())
    await asyncio.sleep(0.5)
    running.cancel()

    assert [0] == await counted(database, ConversationRow)
