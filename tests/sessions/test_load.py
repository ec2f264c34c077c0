"""Many sessions, each with many turns, are stored side by side and read back whole."""

import asyncio

import pytest

from deployments.chat.messages import Message
from deployments.sessions.turns import Turns

SESSIONS = {"sqlite": 1_000, "postgresql": 250}
TURNS, AT_ONCE = 20, 50


def turn_of(session_id, number):
    question = Message("user", f"{session_id}: {number}?")
    return [question, Message("assistant", f"{session_id}: {number}! 🚀", reasoning="x" * number)]


@pytest.mark.slow
async def test_many_sessions_of_twenty_turns_are_kept_whole(database, store):
    """To the letter, and their counts are right."""
    turns = Turns(database, wait_s=60)
    ids = [(await store.create("alice", {})).id for _ in range(SESSIONS[database.url.get_backend_name()])]
    room = asyncio.Semaphore(AT_ONCE)

    async def talk(session_id):
        async with room:
            for number in range(TURNS):
                async with turns.turn("alice", session_id) as turn:
                    await turns.store(turn, turn_of(session_id, number), token_count=number)

    await asyncio.gather(*map(talk, ids))

    for session_id in ids:
        said = [stored.message for stored in await store.messages("alice", session_id)]
        assert [message for number in range(TURNS) for message in turn_of(session_id, number)] == said
        session = await store.get("alice", session_id)
        assert (2 * TURNS, TURNS - 1) == (session.message_count, session.token_count)
