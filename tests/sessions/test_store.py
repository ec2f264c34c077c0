"""Sessions are kept, listed and found, each by its owner alone."""

import re

import pytest

from deployments.chat.messages import Message
from deployments.errors import SessionNotFound
from deployments.sessions.database import connect
from deployments.sessions.migrate import migrate
from deployments.sessions.store import SessionStore

HELLO, HI = Message("user", "Hello"), Message("assistant", "Hi")


async def test_a_session_is_its_owner_s_and_current(store):
    """Its id cannot be guessed, and to others it does not exist."""
    session = await store.create("alice", {"title": "A title", "metadata": {"topic": "tea"}})

    assert re.fullmatch(r"sess_[0-9a-f]{32}", session.id)
    assert session == await store.get("alice", session.id) == await store.current("alice")
    with pytest.raises(SessionNotFound):
        await store.get("bob", session.id)
    with pytest.raises(SessionNotFound, match="No active session"):
        await store.current("bob")


@pytest.mark.parametrize(
    "session_id", ["", "sess_", "../../etc/passwd", "sess_' OR 1=1 --", "ü" * 10_000, "sess_" + "A" * 32]
)
async def test_what_is_no_id_is_no_session(store, session_id):
    """Whatever it may be meant to do."""
    with pytest.raises(SessionNotFound):
        await store.get("alice", session_id)


async def test_sessions_are_listed_by_their_last_access_page_by_page(store):
    """Loading one brings it to the front."""
    ids = [(await store.create("alice", {})).id for _ in range(5)]
    await store.create("bob", {})
    await store.make_current("alice", ids[1])
    expected = [ids[1], ids[4], ids[3], ids[2], ids[0]]

    first = await store.recent("alice", limit=2)
    rest = await store.recent("alice", limit=10, after=first[-1].id)

    assert expected == [session.id for session in [*first, *rest]]


async def test_title_and_metadata_change_and_the_rest_stays(store):
    """What is not given is not touched."""
    session = await store.create("alice", {"metadata": {"a": 1}})
    await store.update("alice", session.id, {"title": "New"})
    changed = await store.update("alice", session.id, {"metadata": {"b": 2}})

    assert ("New", {"b": 2}, session.created_at) == (changed.title, changed.metadata, changed.created_at)


async def test_a_deleted_session_is_gone_with_its_messages(store, turns):
    """And no longer current."""
    session = await store.create("alice", {})
    async with turns.turn("alice", session.id) as turn:
        await turns.store(turn, [HELLO, HI], token_count=9)
    await store.delete("alice", session.id)

    with pytest.raises(SessionNotFound):
        await store.messages("alice", session.id)
    with pytest.raises(SessionNotFound, match="No active session"):
        await store.current("alice")


async def test_messages_come_in_pages_in_either_order(store, turns):
    """Instructions stand first, whenever they were said."""
    session = await store.create("alice", {})
    async with turns.turn("alice", session.id) as turn:
        await turns.store(turn, [HELLO, HI], token_count=9)
    async with turns.turn("alice", session.id) as turn:
        await turns.store(turn, [Message("system", "Be brief."), HELLO, HI], token_count=20)
    expected = ["Be brief.", "Hello", "Hi", "Hello", "Hi"]

    for order, texts in (("asc", expected), ("desc", expected[::-1])):
        first = await store.messages("alice", session.id, limit=2, order=order)
        rest = await store.messages("alice", session.id, after=first[-1].position, order=order)
        assert texts == [stored.message.content for stored in [*first, *rest]]


async def test_everything_is_there_after_a_restart(store, database, database_url):
    """Another process finds it."""
    session = await store.create("alice", {"metadata": {"ü": "🚀"}})
    await database.close()
    again = connect(database_url)
    await migrate(again)

    assert session == await SessionStore(again).get("alice", session.id)
    await again.close()
