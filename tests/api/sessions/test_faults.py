"""Whatever goes wrong around a session, nothing is lost, nothing is stored by halves, and its client is told."""

import asyncio
import json
import sqlite3
from contextlib import closing
from urllib.parse import quote

import pytest
from sqlalchemy import text

from deployments.sessions.database import connect, sqlite_url
from deployments.sessions.migrate import migrate
from deployments.sessions.store import SessionStore
from deployments.sessions.turns import Turns
from tests.api.sessions.ask import FIRST, SECOND, messages_of, say

LONG = {"type": "object", "properties": {"a": {"type": "string", "minLength": 900}}, "required": ["a"]}
ENDLESS = {"type": "json_schema", "json_schema": {"name": "long", "schema": LONG, "strict": False}}  # far from done


async def said(client, session_id):
    return [message["content"] for message in await messages_of(client, session_id)]


async def test_a_turn_that_waits_too_long_is_told_that_its_session_is_busy(client, services, session_id):
    """As soon as the other has ended, the next may begin."""
    async with services.turns.turn("alice", session_id):
        busy = await say(client, session_id, FIRST)
        streamed = await say(client, session_id, FIRST, stream=True)
    free = await say(client, session_id, FIRST, max_tokens=2)

    for refused in (busy, streamed):
        assert (409, "session_busy") == (refused.status_code, refused.json()["error"]["code"])
    assert 200 == free.status_code


async def test_fifty_sessions_side_by_side_never_mix(connect_to, services):
    """Each has what was said in it, in order, and nothing else."""
    client = connect_to(services, turns=Turns(services.sessions.database, wait_s=30))
    ids = [(await client.post("/v1/sessions")).json()["session_id"] for _ in range(50)]

    async def talk(number, session_id):
        for turn in range(2):
            message = {"role": "user", "content": f"{number}.{turn}"}
            answer = await say(client, session_id, message, max_tokens=1, stream=bool(number % 2))
            assert 200 == answer.status_code

    await asyncio.gather(*(talk(number, session_id) for number, session_id in enumerate(ids)))

    for number, session_id in enumerate(ids):
        assert [f"{number}.0", f"{number}.1"] == (await said(client, session_id))[::2]
        assert 4 == len(await said(client, session_id))


@pytest.mark.parametrize("tokens_read", [0, 3])
async def test_who_leaves_a_stream_leaves_nothing_behind(client, served, session_id, tokens_read):
    """And the session is free for its next turn."""
    asked = {"model": "pocket-chat", "messages": [SECOND], "response_format": ENDLESS, "stream": True}
    stream = await served.chat.completions.create(**asked, extra_headers={"X-Session-Id": session_id})
    for _ in range(tokens_read):
        await anext(stream)
    await stream.close()
    answer = await say(client, session_id, FIRST, max_tokens=2)

    assert 200 == answer.status_code
    assert [FIRST["content"]] == (await said(client, session_id))[:1]
    assert 2 == len(await said(client, session_id))


async def test_another_process_goes_on_where_one_has_ended(connect_to, services, database_url, session_id):
    """A restart between two turns changes nothing."""
    first = await say(connect_to(services), session_id, FIRST)
    await services.sessions.database.close()
    database = connect(database_url)
    await migrate(database)
    again = connect_to(services, sessions=SessionStore(database), turns=Turns(database, wait_s=1))
    second = await say(again, session_id, SECOND)
    answers = [answer.json()["choices"][0]["message"]["content"] for answer in (first, second)]

    assert [FIRST["content"], answers[0], SECOND["content"], answers[1]] == await said(again, session_id)
    await database.close()


HOSTILE = [
    "../../../../etc/passwd",
    "sess_" + "0" * 31 + "'",
    "'; DROP TABLE conversations; --",
    "sess_" + "f" * 33,
    "sess_" + "F" * 32,
    "sess_" + "é" * 32,
    "sess_" + "٣" * 32,
    "x" * 10_000,
    "%00",
    "\t",
    "\0",
]


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_an_id_that_is_none_opens_nothing(connect_to, services, hostile):
    """By no route, and without a question to the database, for there is none here."""
    nowhere = connect("postgresql://postgres@127.0.0.1:1/nowhere")
    client = connect_to(services, sessions=SessionStore(nowhere), turns=Turns(nowhere, wait_s=1))
    path = f"/v1/sessions/{quote(hostile, safe='')}"
    answers = [
        await client.get(path),
        await client.get(f"{path}/messages"),
        await client.post(f"{path}/load"),
        await client.post(f"{path}/fork"),
        await client.patch(path, json={}),
        await client.delete(path),
        await client.get("/v1/sessions", params={"after": hostile}),
        await say(client, hostile.encode(), FIRST),
    ]

    assert {404} == {answer.status_code for answer in answers}


class TestSQLite:
    """What can happen to a file."""

    @pytest.fixture
    def database_url(self, tmp_path):
        return sqlite_url(tmp_path)

    async def test_a_full_disk_is_told_and_nothing_is_lost(self, client, services, session_id):
        """Once there is room, the session goes on."""
        await client.patch(f"/v1/sessions/{session_id}", json={"overflow": "truncate"})
        pages = await services.sessions.database.write(_limited(1))
        long, stored = {"role": "user", "content": "word " * 300}, 0
        while (full := await say(client, session_id, long, max_tokens=2)).status_code == 200 and stored < 20:
            stored += 2
        streamed = await say(client, session_id, long, max_tokens=1, stream=True)
        stateless = await client.post("/v1/chat/completions", json={"messages": [FIRST], "max_tokens": 2})
        before = await said(client, session_id)
        await services.sessions.database.write(_limited(pages + 100))

        assert (503, "storage_unavailable") == (full.status_code, full.json()["error"]["code"])
        assert full.headers["Retry-After"]
        assert (503, "storage_unavailable") == (streamed.status_code, streamed.json()["error"]["code"])
        assert (200, stored) == (stateless.status_code, len(before))
        assert 200 == (await say(client, session_id, long, max_tokens=2)).status_code
        assert stored + 2 == len(await said(client, session_id))

    async def test_a_locked_database_is_told_and_reading_goes_on(self, client, session_id, tmp_path):
        """Whoever holds it, for as long as that lasts."""
        await say(client, session_id, FIRST, max_tokens=2)
        with closing(sqlite3.connect(tmp_path / "sessions.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            locked = await say(client, session_id, SECOND, max_tokens=2)
            read = await said(client, session_id)
        after = await say(client, session_id, SECOND, max_tokens=2)

        assert (503, "storage_unavailable") == (locked.status_code, locked.json()["error"]["code"])
        assert (2, 200) == (len(read), after.status_code)

    async def test_a_file_that_is_no_database_any_more_is_told(self, client, services, session_id, tmp_path):
        """Rather than answered with an empty one."""
        await services.sessions.database.close()
        for end in ("", "-wal", "-shm"):
            (tmp_path / f"sessions.db{end}").unlink(missing_ok=True)
        (tmp_path / "sessions.db").write_bytes(b"\0\1" * 5000)

        assert 503 == (await client.get(f"/v1/sessions/{session_id}")).status_code
        assert 503 == (await say(client, session_id, FIRST)).status_code


class TestPostgreSQL:
    """What can happen to a server."""

    @pytest.fixture
    async def database_url(self, postgresql):
        return await postgresql.new_database()

    async def test_a_server_that_is_gone_is_told_and_found_again(self, client, session_id, postgresql):
        """Requests without a session are served on; when it is back, all is as it was."""
        await say(client, session_id, FIRST, max_tokens=2)
        postgresql.stop()
        gone = [await client.get(f"/v1/sessions/{session_id}"), await say(client, session_id, SECOND)]
        stateless = await client.post("/v1/chat/completions", json={"messages": [FIRST], "max_tokens": 2})
        postgresql.start()
        back = await say(client, session_id, SECOND, max_tokens=2)

        for answer in gone:
            assert (503, "storage_unavailable") == (answer.status_code, answer.json()["error"]["code"])
        assert (200, 200) == (stateless.status_code, back.status_code)
        assert 4 == len(await said(client, session_id))

    async def test_a_server_that_goes_in_the_middle_of_a_turn(self, client, services, session_id, postgresql):
        """The stream ends with the reason, and nothing of the turn is stored."""
        chat = services.chat
        answer = asyncio.create_task(
            say(client, session_id, FIRST, stream=True, max_tokens=300, response_format=ENDLESS)
        )
        while not chat._model.runner.ongoing:
            await asyncio.sleep(0.001)
        postgresql.stop()
        streamed = await answer
        postgresql.start()

        assert "storage_unavailable" == _last_event(streamed)["error"]["code"]
        assert [] == await said(client, session_id)


def _limited(pages):
    async def limited(db):
        return (await db.execute(text(f"PRAGMA max_page_count={pages}"))).scalar()

    return limited


def _last_event(answer):
    return json.loads(answer.text.strip().rsplit("data: ", 1)[1])
