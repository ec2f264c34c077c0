"""Items that are taken away one by one, also while a turn is being stored beside them."""

import asyncio

import pytest
from sqlalchemy import update

from deployments.chat.messages import Message
from deployments.sessions.conversations import ConversationStore
from deployments.sessions.items import MessageItem
from deployments.sessions.tables import ConversationRow
from deployments.sessions.turns import Turns

ONE, TOLD = MessageItem("user", ("one",)), MessageItem("system", ("Be brief.",))
TURN = [Message("user", "two"), Message("assistant", "three")]


@pytest.fixture
def conversations(database):
    return ConversationStore(database)


async def test_to_take_an_item_away_is_a_use(conversations, store, database):
    """From then on it lasts as long as after any other."""
    session = await conversations.create("alice", {}, [ONE])
    await store.update("alice", session.id, {"ttl_s": 100.0})
    half_a_life = update(ConversationRow).values(expires_at=ConversationRow.expires_at - 50)
    await database.write(lambda db: db.execute(half_a_life))
    (item,) = await conversations.items("alice", session.id, limit=1)
    await conversations.remove("alice", session.id, item.id)

    async def lasts(db):
        row = (await db.execute(ConversationRow.__table__.select())).one()
        return row.expires_at - row.last_accessed

    assert 100 == round(await database.read(lasts))


class Paused:
    """A database in which what is written waits before it is there for others."""

    def __init__(self, database):
        self._database = database
        self.is_at_its_end, self.may_end = asyncio.Event(), asyncio.Event()

    async def write(self, work):
        async def paused(db):
            result = await work(db)
            self.is_at_its_end.set()
            await self.may_end.wait()
            return result

        return await self._database.write(paused)


class TestPostgreSQL:
    """Where transactions run side by side."""

    @pytest.fixture
    async def database_url(self, postgresql):
        return await postgresql.new_database()

    @pytest.mark.parametrize("told", [[], [Message("system", "Be kind.")]])
    async def test_an_item_may_be_taken_away_while_a_turn_is_stored(self, database, conversations, store, turns, told):
        """Each is done, and the conversation is counted with what the other did."""
        session = await conversations.create("alice", {}, [TOLD, ONE, ONE])
        item, *_ = await conversations.items("alice", session.id, limit=1)
        paused = Paused(database)
        async with turns.turn("alice", session.id) as turn:
            storing = asyncio.create_task(Turns(paused, wait_s=1).store(turn, [*told, *TURN], token_count=1))
            await paused.is_at_its_end.wait()
            removing = asyncio.create_task(conversations.remove("alice", session.id, item.id))
            await asyncio.wait([removing], timeout=0.1)
            paused.may_end.set()
            await asyncio.gather(storing, removing)
        there = await store.messages("alice", session.id)

        assert 4 == len(there) == (await store.get("alice", session.id)).message_count
