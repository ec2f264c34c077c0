"""A turn is stored whole or not at all, and never beside another one of its session."""

import asyncio
import time

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from deployments.chat.messages import Message, ToolCall
from deployments.errors import SessionBusy, SessionNotFound, StorageUnavailable
from deployments.sessions import leases
from deployments.sessions.conversations import ConversationStore
from deployments.sessions.items import contents_of
from deployments.sessions.responses import ResponseStore
from deployments.sessions.tables import ConversationRow
from deployments.sessions.turns import Turns

HELLO, HI = Message("user", "Hello"), Message("assistant", "Hi", reasoning="Greet.")
CALL = Message("assistant", tool_calls=(ToolCall("call_1", "f", '{"a": 1}'),))
RESULT = Message("tool", "42", tool_call_id="call_1", name="f")


@pytest.fixture
async def session_id(store):
    return (await store.create("alice", {})).id


async def test_what_was_said_is_the_history_of_the_next_turn(store, turns, session_id):
    """To the letter: reasoning, tool calls and results included."""
    async with turns.turn("alice", session_id) as turn:
        await turns.store(turn, [HELLO, HI, CALL, RESULT], token_count=33)
    async with turns.turn("alice", session_id) as turn:
        assert (HELLO, HI, CALL, RESULT) == turn.history
    stats = await store.get("alice", session_id)

    assert (4, 33) == (stats.message_count, stats.token_count)


async def test_new_instructions_replace_the_stored_ones(store, turns, session_id):
    """They are not repeated, and stand first."""
    old, new, more = Message("system", "Old."), Message("system", "New."), Message("developer", "More.")
    async with turns.turn("alice", session_id) as turn:
        await turns.store(turn, [old, HELLO, HI], token_count=1)
    async with turns.turn("alice", session_id) as turn:
        assert (new, HELLO, HI, HELLO) == turn.conversation([new, HELLO])
        assert (old, HELLO, HI, HELLO) == turn.conversation([HELLO])
        await turns.store(turn, [new, HELLO, more, HI], token_count=1)
    async with turns.turn("alice", session_id) as turn:
        assert (new, more, HELLO, HI, HELLO, HI) == turn.history
    assert 6 == (await store.get("alice", session_id)).message_count


async def test_a_turn_that_is_given_up_stores_nothing(store, turns, session_id):
    """And the session is free again at once."""
    with pytest.raises(RuntimeError):
        async with turns.turn("alice", session_id):
            raise RuntimeError("the client left")
    async with turns.turn("alice", session_id) as turn:
        assert () == turn.history


async def test_a_turn_that_is_given_up_leaves_nothing_to_renew(database, turns, session_id):
    """A renewal that comes late finds no lease of its name."""
    with pytest.raises(RuntimeError):
        async with turns.turn("alice", session_id):
            raise RuntimeError("the client left")
    leased = select(ConversationRow.lease, ConversationRow.lease_until)

    async def left(db):
        return tuple((await db.execute(leased)).one())

    assert (None, 0.0) == await database.read(left)


class Failing:
    """The database, until it `is_away`; with how often it was written to."""

    def __init__(self, database):
        self._database = database
        self.is_away = False
        self.writes = 0

    def __getattr__(self, name):
        return getattr(self._database, name)

    async def write(self, work):
        self.writes += 1
        if self.is_away:
            raise StorageUnavailable("Nothing was changed.")
        return await self._database.write(work)


async def test_a_turn_gives_its_session_back_as_it_is_stored(database, session_id):
    """Whatever stores it: nothing is written afterwards that could fail."""
    database = Failing(database)
    turns, conversations, responses = Turns(database, wait_s=1), ConversationStore(database), ResponseStore(database)
    for store in (
        lambda turn: turns.store(turn, [HELLO, HI], token_count=1),
        lambda turn: conversations.add(turn, contents_of(HELLO)),
        lambda turn: responses.keep("alice", None, [(None, *contents_of(HELLO))], turn=turn),
    ):
        database.writes = 0
        async with turns.turn("alice", session_id) as turn:
            await store(turn)
        assert 2 == database.writes


async def test_a_session_that_cannot_be_given_back_hides_no_error(database, session_id):
    """It is free once its lease has run out."""
    database = Failing(database)

    async def leave() -> None:
        async with Turns(database, wait_s=1).turn("alice", session_id):
            database.is_away = True
            raise RuntimeError("the client left")

    with pytest.raises(RuntimeError, match="the client left"):
        await leave()


async def test_a_turn_that_could_not_be_stored_gives_its_session_back(database, turns, session_id):
    """Also where it failed behind the point at which that was done."""

    async def fail() -> None:
        async with turns.turn("alice", session_id) as turn:
            twice = [(f"msg_{'0' * 32}", content) for content in contents_of(HELLO) * 2]
            await ResponseStore(database).keep("alice", None, twice, turn=turn)

    with pytest.raises(IntegrityError):
        await fail()
    async with turns.turn("alice", session_id) as turn:
        assert () == turn.history


async def test_messages_that_left_the_context_are_kept_but_read_no_more(store, turns, session_id):
    """Instructions stay. Where nothing must be truncated, all is read again."""
    system = Message("system", "Be brief.")
    await store.update("alice", session_id, {"overflow": "truncate"})
    async with turns.turn("alice", session_id) as turn:
        await turns.store(turn, [system, HELLO, HI], token_count=1)
    async with turns.turn("alice", session_id) as turn:
        await turns.store(turn, [CALL, RESULT], token_count=1, left=2)
    async with turns.turn("alice", session_id) as turn:
        assert (2, (system, CALL, RESULT)) == (turn.truncated, turn.history)
        await turns.store(turn, [HELLO], token_count=1, left=2)
    async with turns.turn("alice", session_id) as turn:
        assert (4, (system, HELLO)) == (turn.truncated, turn.history)
    kept = [stored.message for stored in await store.messages("alice", session_id)]
    await store.update("alice", session_id, {"overflow": "error"})

    assert [system, HELLO, HI, CALL, RESULT, HELLO] == kept
    async with turns.turn("alice", session_id) as turn:
        assert (None, tuple(kept)) == (turn.truncated, turn.history)


@pytest.mark.parametrize("role", ["system", "developer"])
async def test_instructions_among_what_was_said_never_leave_the_context(store, turns, database, session_id, role):
    """As items they have places of their own; they are read all the same, not counted, and replaced by new ones."""
    told, new = Message(role, "Be brief."), Message("system", "Be kind.")
    await store.update("alice", session_id, {"overflow": "truncate"})
    async with turns.turn("alice", session_id) as turn:
        items = [content for message in (HELLO, told, HI) for content in contents_of(message)]
        await ConversationStore(database).add(turn, items)
    async with turns.turn("alice", session_id) as turn:
        await turns.store(turn, [CALL, RESULT], token_count=1, left=2)
    async with turns.turn("alice", session_id) as turn:
        assert (2, (told, CALL, RESULT)) == (turn.truncated, turn.history)
        await turns.store(turn, [new], token_count=1)
    async with turns.turn("alice", session_id) as turn:
        assert (2, (new, CALL, RESULT)) == (turn.truncated, turn.history)


@pytest.mark.parametrize("when_s", [0.0, 0.001, 0.003, 0.01, 0.05])
async def test_a_cancelled_turn_stores_nothing_and_frees_its_session(turns, session_id, when_s):
    """Whatever it was doing."""

    async def take_turn() -> None:
        async with turns.turn("alice", session_id):
            await asyncio.sleep(10)

    turn = asyncio.create_task(take_turn())
    await asyncio.sleep(when_s)
    turn.cancel()
    await asyncio.wait([turn], timeout=1)

    assert turn.cancelled()
    async with turns.turn("alice", session_id) as next_turn:
        assert () == next_turn.history


async def test_turns_of_one_session_run_one_after_another(database, session_id):
    """Each sees all that the ones before it stored, whichever process they come through."""
    doors = [Turns(database, wait_s=10) for _ in range(2)]

    async def take_turn(i: int) -> int:
        async with doors[i % 2].turn("alice", session_id) as turn:
            await asyncio.sleep(0.01)
            await doors[i % 2].store(turn, [Message("user", str(i))], token_count=0)
            return len(turn.history)

    assert list(range(6)) == sorted(await asyncio.gather(*map(take_turn, range(6))))


async def test_many_sessions_side_by_side_never_mix(database, store):
    """Each of 50 has what was said in it, in order."""
    turns, ids = Turns(database, wait_s=10), [(await store.create("alice", {})).id for _ in range(50)]

    async def talk(session_id: str) -> None:
        for i in range(3):
            async with turns.turn("alice", session_id) as turn:
                said = [Message("user", f"{session_id} {i}"), Message("assistant", f"{session_id} {i}!")]
                await turns.store(turn, said, token_count=0)

    await asyncio.gather(*map(talk, ids))

    for session_id in ids:
        said = [stored.message.content for stored in await store.messages("alice", session_id)]
        assert [f"{session_id} {i}{mark}" for i in range(3) for mark in ("", "!")] == said


async def test_a_turn_does_not_wait_for_ever(database, turns, session_id):
    """Past a short wait the caller is told that the session is busy, by this process or another."""
    async with turns.turn("alice", session_id):
        for door in (turns, Turns(database, wait_s=0.2)):
            with pytest.raises(SessionBusy):
                async with door.turn("alice", session_id):
                    pass


async def test_a_turn_of_nobody_s_session_is_refused(turns, session_id):
    """As if there were none."""
    with pytest.raises(SessionNotFound):
        async with turns.turn("bob", session_id):
            pass


async def test_a_session_deleted_during_a_turn_stays_deleted(store, turns, session_id):
    """The turn is told so."""
    async with turns.turn("alice", session_id) as turn:
        await store.delete("alice", session_id)
        with pytest.raises(SessionNotFound):
            await turns.store(turn, [HELLO, HI], token_count=1)


async def test_a_killed_process_does_not_keep_its_session(database, session_id, monkeypatch):
    """A lease runs out when nobody renews it; while somebody does, it holds."""
    monkeypatch.setattr(leases, "LEASE_S", 0.6)
    left = update(ConversationRow).values(lease="other", lease_until=time.time() + 0.3)
    await database.write(lambda db: db.execute(left))
    begun = time.monotonic()
    async with Turns(database, wait_s=2).turn("alice", session_id):
        assert time.monotonic() - begun > 0.2
        await asyncio.sleep(1)
        with pytest.raises(SessionBusy):
            async with Turns(database, wait_s=0).turn("alice", session_id):
                pass


async def test_a_turn_that_lost_its_session_stores_nothing(database, store, turns, session_id):
    """So that what another one has stored meanwhile stays right."""
    async with turns.turn("alice", session_id) as turn:
        lapse = update(ConversationRow).values(lease_until=0.0)  # as if its process had stood still for too long
        await database.write(lambda db: db.execute(lapse))
        other = Turns(database, wait_s=1)
        async with other.turn("alice", session_id) as other_turn:
            await other.store(other_turn, [HELLO, HI], token_count=7)
        with pytest.raises(SessionBusy, match="taken this session over"):
            await turns.store(turn, [CALL, RESULT], token_count=9)

    assert [HELLO, HI] == [stored.message for stored in await store.messages("alice", session_id)]
    assert 7 == (await store.get("alice", session_id)).token_count
