"""A database of any earlier version is taken over whole, once, by whoever starts first."""

import asyncio
import datetime
import sys

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, insert, text

from deployments.chat.messages import Message, ToolCall
from deployments.errors import ConfigError
from deployments.sessions.database import connect
from deployments.sessions.migrate import MIGRATIONS, migrate
from deployments.sessions.store import SessionStore
from deployments.sessions.tables import Base
from deployments.sessions.turns import Turns

ID, OTHER = f"sess_{'0' * 31}1", f"sess_{'0' * 31}2"
NOON = datetime.datetime(2026, 1, 31, 12)
SAID = [
    Message("system", "Be brief."),
    Message("user", "What time is it? 🚀"),
    Message("assistant", "", "I look.", (ToolCall("call_1", "get_time", '{"zone": "CET"}'),)),
    Message("tool", "12:00", tool_call_id="call_1", name="get_time"),
    Message("assistant", "Noon."),
]


@pytest.fixture
async def empty(database_url):
    """A database in which nothing is yet."""
    database = connect(database_url)
    yield database
    await database.close()


def upgraded(connection, revision):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def first_form(database):
    """What the first version left: tables without a revision, and one conversation in them."""
    async with database.beginning() as connection:
        await connection.run_sync(_first_form)


def _first_form(connection):
    upgraded(connection, "0001")
    tables = MetaData()
    tables.reflect(connection)
    sessions, messages, current = (tables.tables[name] for name in ("sessions", "messages", "current_sessions"))
    tables.tables["alembic_version"].drop(connection)
    session = {"title": "T", "details": {"a": 1}, "created_at": NOON, "last_accessed": NOON, "message_count": 5}
    session |= {"token_count": 77, "busy_until": 0.0}
    connection.execute(
        insert(sessions), [{"id": ID, "owner": "alice"} | session, {"id": OTHER, "owner": "bob"} | session]
    )
    said = [{"rank": int(not message.is_instruction), "message": as_it_was(message)} for message in SAID]
    connection.execute(insert(messages), [{"session_id": ID, "created_at": NOON} | row for row in said])
    connection.execute(insert(current), {"owner": "alice", "session_id": ID})


def as_it_was(message):
    calls = [{"id": call.id, "name": call.name, "arguments": call.arguments} for call in message.tool_calls]
    fields = {name: getattr(message, name) for name in ("role", "content", "reasoning", "tool_call_id", "name")}
    return fields | {"tool_calls": calls}


async def test_what_the_first_version_stored_is_there_to_the_letter(empty):
    """Sessions, who made them, which is current, and all that was said; they go on."""
    await first_form(empty)
    await migrate(empty)
    store, turns = SessionStore(empty), Turns(empty, wait_s=1)
    session = await store.current("alice")
    async with turns.turn("alice", ID) as turn:
        assert tuple(SAID) == turn.history
        await turns.store(turn, [Message("user", "Thanks.")], token_count=80)

    assert (ID, "T", {"a": 1}, 5, 77) == (
        session.id,
        session.title,
        session.metadata,
        session.message_count,
        session.token_count,
    )
    assert NOON.replace(tzinfo=datetime.UTC).timestamp() == session.created_at
    assert [*SAID, Message("user", "Thanks.")] == [one.message for one in await store.messages("alice", ID)]
    assert [OTHER] == [other.id for other in await store.recent("bob", limit=9)]


async def test_the_tables_are_those_that_the_code_means(empty):
    """Whichever way they came to be."""
    await migrate(empty)
    async with empty.beginning() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), Base.metadata)
        )

    assert [] == differences


async def test_it_is_done_once_however_many_processes_start(empty, database_url):
    """None fails, and nothing is taken over twice."""
    await first_form(empty)
    await empty.close()
    start = (
        "import asyncio, sys; from deployments.sessions.database import connect; "
        "from deployments.sessions.migrate import migrate; asyncio.run(migrate(connect(sys.argv[1])))"
    )
    processes = [await asyncio.create_subprocess_exec(sys.executable, "-c", start, database_url) for _ in range(4)]

    assert [0] * 4 == [await process.wait() for process in processes]
    assert SAID == [one.message for one in await SessionStore(empty).messages("alice", ID)]


async def test_what_fails_half_way_changes_nothing(empty):
    """So that it can be tried again, once the reason is mended."""
    await first_form(empty)
    async with empty.beginning() as connection:
        await connection.execute(text("CREATE TABLE items (id INTEGER)"))
    with pytest.raises(ConfigError):
        await migrate(empty)
    async with empty.beginning() as connection:
        await connection.execute(text("DROP TABLE items"))
    await migrate(empty)

    assert SAID == [one.message for one in await SessionStore(empty).messages("alice", ID)]


async def test_a_newer_database_stops_the_start(empty):
    """With what to do; it is left as it is."""
    await migrate(empty)
    async with empty.beginning() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(ConfigError, match="written by a newer version"):
        await migrate(empty)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite:////proc/nowhere/sessions.db", "data_dir or sessions.url"),
        ("postgresql://postgres@127.0.0.1:1/nowhere", "data_dir or sessions.url"),
    ],
)
async def test_a_database_that_cannot_be_opened_stops_the_start(url, reason):
    """In one line."""
    with pytest.raises(ConfigError, match=reason) as stopped:
        await migrate(connect(url))

    assert "\n" not in str(stopped.value)


async def test_a_server_that_does_not_know_the_database_stops_the_start(postgresql):
    """In the server's own words."""
    with pytest.raises(ConfigError, match='database "nowhere" does not exist'):
        await migrate(connect(postgresql.url("nowhere")))
