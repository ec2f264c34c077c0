"""A turn: the history it goes on from, and what it adds, stored at once or not at all."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Row, delete, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deployments.chat.messages import Message
from deployments.errors import SessionBusy
from deployments.sessions.access import hold, is_read_from, items_of, owned
from deployments.sessions.database import Database, reading, writing
from deployments.sessions.leases import Lease, Leases
from deployments.sessions.rows import message_rows, to_messages, to_session
from deployments.sessions.session import Session, StoredMessage
from deployments.sessions.tables import ConversationRow, ItemRow


@dataclass(frozen=True, slots=True)
class Turn:
    """The session is this turn's alone, as long as it holds its `lease`.

    `stored` is what the model still reads of what was said before. What is said now is stored from `next_position` on.
    Where the context may be truncated, so many messages have left it before: `truncated`.
    """

    owner: str
    session: Session
    lease: Lease
    next_position: int
    stored: tuple[StoredMessage, ...]
    truncated: int | None

    @property
    def history(self) -> tuple[Message, ...]:
        return tuple(stored.message for stored in self.stored)

    def conversation(self, messages: Sequence[Message]) -> tuple[Message, ...]:
        """The history with what is new. New instructions take the place of the stored ones."""
        instructions, said = _parted(messages)
        kept, history = _parted(self.history)
        return (*(instructions or kept), *history, *said)

    def position(self, number: int) -> int:
        """Of the message with this number, counted from 0 over all that is said, before and now."""
        before = [stored.position for stored in self.stored if not stored.message.is_instruction]
        return before[number] if number < len(before) else self.next_position + number - len(before)


class Turns:
    """One after another in each session, also when they come through different processes."""

    def __init__(self, database: Database, *, wait_s: float) -> None:
        self.database = database
        self._leases = Leases(database, wait_s=wait_s)

    @asynccontextmanager
    async def turn(self, owner: str, session_id: str, *, is_whole: bool = False) -> AsyncIterator[Turn]:
        """Where it `is_whole`, its history is what was ever said, whatever the session says of its context.

        Raises SessionNotFound, and SessionBusy when the turn before this one lasts too long.
        """
        async with self._leases.lease(owner, session_id, partial(_turn, is_whole=is_whole)) as turn:
            yield turn

    @reading
    async def history(
        self, db: AsyncConnection, owner: str, session_id: str, *, is_whole: bool = False
    ) -> tuple[Message, ...]:
        """As a turn would find it now, for those who take none. Raises SessionNotFound."""
        row = await owned(db, owner, session_id)
        return tuple(stored.message for stored in await _stored(db, row, is_whole=is_whole))

    @writing
    async def store(
        self, db: AsyncConnection, turn: Turn, messages: Sequence[Message], *, token_count: int, left: int = 0
    ) -> None:
        """What was asked and answered, at once or not at all; with it, the session is free for its next turn.

        `left` is how many messages the model reads no longer, oldest first. Raises SessionNotFound when the session
        was deleted meanwhile, and SessionBusy when another turn has taken it over.
        """
        instructions, said = _parted(messages)
        conversation_id = turn.session.conversation_id
        rows = message_rows(conversation_id, instructions, 1 - len(instructions))
        rows += message_rows(conversation_id, said, turn.next_position)
        removed = await _remove_instructions(db, turn) if instructions else []
        growth = sum(row["size_bytes"] for row in rows) - sum(row.size_bytes for row in removed)
        await go_on(
            db,
            turn,
            next_position=turn.next_position + len(said),
            message_count=ConversationRow.message_count + len(messages) - len({row.position for row in removed}),
            size_bytes=ConversationRow.size_bytes + growth,
            token_count=token_count,
            context_from=turn.position(left),
        )
        await db.execute(insert(ItemRow), rows)


async def _turn(db: AsyncConnection, row: Row[Any], lease: Lease, *, is_whole: bool) -> Turn:
    """Of the session whose row this is."""
    stored = await _stored(db, row, is_whole=is_whole)
    truncated = row.message_count - len(stored) if row.overflow == "truncate" else None
    return Turn(row.owner, to_session(row), lease, row.next_position, tuple(stored), truncated)


async def _stored(db: AsyncConnection, row: Row[Any], *, is_whole: bool) -> list[StoredMessage]:
    """What must not be truncated is read whole."""
    query = items_of(row.id)
    if row.overflow == "truncate" and not is_whole:
        query = query.where(is_read_from(row.context_from))
    return to_messages(await db.execute(query))


async def _remove_instructions(db: AsyncConnection, turn: Turn) -> Sequence[Any]:
    """Where others added them, they stand among what was said."""
    positions = [stored.position for stored in turn.stored if stored.message.is_instruction]
    if not positions:
        return []
    await hold(db, turn.session.conversation_id)
    are_instructions = (ItemRow.conversation_id == turn.session.conversation_id) & ItemRow.position.in_(positions)
    removal = delete(ItemRow).where(are_instructions).returning(ItemRow.position, ItemRow.size_bytes)
    return (await db.execute(removal)).all()


async def go_on(db: AsyncConnection, turn: Turn, **values: Any) -> None:
    """The conversation as the turn leaves it, free for the next. Raises SessionNotFound and SessionBusy."""
    now = time.time()
    has_lease = (ConversationRow.id == turn.session.conversation_id) & (ConversationRow.lease == turn.lease.name)
    times = {"last_accessed": now, "expires_at": ConversationRow.ttl_s + now, "lease": None, "lease_until": 0.0}
    change = update(ConversationRow).where(has_lease).values(times | values)
    if await db.scalar(change.returning(ConversationRow.id)) is None:
        await owned(db, turn.owner, turn.session.id)
        raise SessionBusy("Another turn has taken this session over, so nothing of this one was stored.")
    turn.lease.is_held = False


def _parted(messages: Sequence[Message]) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """Instructions, and what is said."""
    instructions = tuple(message for message in messages if message.is_instruction)
    return instructions, tuple(message for message in messages if not message.is_instruction)
