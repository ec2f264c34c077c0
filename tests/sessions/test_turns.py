"""A turn is stored whole or not at all, and never beside another one of its session."""

import asyncio
import time

import pytest
from sqlalchemy import update

from deployments.chat.messages import Message, ToolCall
from deployments.errors import SessionBusy, SessionNotFound
from deployments.sessions import turns as turns_module
from deployments.sessions.tables import SessionRow
from deployments.sessions.turns import Turns

HELLO, HI = Message("user", "Hello"), Message("assistant", "Hi", reasoning="Greet.")
CALL = Message("assistant", tool_calls=(ToolCall("call_1", "f", '{"a": 1}'),))
RESULT = Message("tool", "42", tool_call_id="call_1", name="f")


@pytest.fixture
async def session_id(store):
    return (await store.create("alice", metadata={})).id


async def test_what_was_said_is_the_history_of_the_next_turn(store, turns, session_id):
    """To the letter: reasoning, tool calls and results included."""
    async with turns.turn("alice", session_id) as turn:
        await turns.store(turn, [HELLO, HI, CALL, RESULT], token_count=33)
    async with turns.turn("alice", session_id) as turn:
        assert (HELLO, HI, CALL, RESULT) == turn.history
    stats = await store.get("alice", session_id)

    assert (4, 33) == (stats.message_count, stats.token_count)


async def test_new_instructions_replace_the_stored_ones(turns, session_id):
    """They are not repeated, and stand first."""
    old, new = Message("system", "Old."), Message("system", "New.")
    async with turns.turn("alice", session_id) as turn:
        await turns.store(turn, [old, HELLO, HI], token_count=1)
    async with turns.turn("alice", session_id) as turn:
        assert (new, HELLO, HI, HELLO) == turn.conversation([new, HELLO])
        assert (old, HELLO, HI, HELLO) == turn.conversation([HELLO])
        await turns.store(turn, [new, HELLO, HI], token_count=1)
    async with turns.turn("alice", session_id) as turn:
        assert (new, HELLO, HI, HELLO, HI) == turn.history


async def test_a_turn_that_is_given_up_stores_nothing(store, turns, session_id):
    """And the session is free again at once."""
    with pytest.raises(RuntimeError):
        async with turns.turn("alice", session_id):
            raise RuntimeError("the client left")
    async with turns.turn("alice", session_id) as turn:
        assert () == turn.history


async def test_turns_of_one_session_run_one_after_another(engine, session_id):
    """Each sees all that the ones before it stored."""
    turns = Turns(engine, wait_s=10)

    async def take_turn(i: int) -> int:
        async with turns.turn("alice", session_id) as turn:
            await asyncio.sleep(0.01)
            await turns.store(turn, [Message("user", str(i))], token_count=0)
            return len(turn.history)

    assert set(range(5)) == set(await asyncio.gather(*map(take_turn, range(5))))


async def test_a_turn_does_not_wait_for_ever(turns, session_id):
    """Past a short wait the caller is told that the session is busy."""
    async with turns.turn("alice", session_id):
        with pytest.raises(SessionBusy):
            async with turns.turn("alice", session_id):
                pass


async def test_a_turn_of_nobody_s_session_is_refused(turns, session_id):
    """As if there were none."""
    with pytest.raises(SessionNotFound):
        async with turns.turn("bob", session_id):
            pass


async def test_a_killed_process_does_not_keep_its_session(engine, session_id, monkeypatch):
    """A lease runs out when nobody renews it; while somebody does, it holds."""
    monkeypatch.setattr(turns_module, "LEASE_S", 0.3)
    async with engine.begin() as db:  # the lease that the killed one left
        await db.execute(update(SessionRow).values(busy_until=time.time() + 0.3))
    begun = time.monotonic()
    async with Turns(engine, wait_s=2).turn("alice", session_id):
        assert time.monotonic() - begun > 0.2
        await asyncio.sleep(0.5)
        with pytest.raises(SessionBusy):
            async with Turns(engine, wait_s=0).turn("alice", session_id):
                pass
