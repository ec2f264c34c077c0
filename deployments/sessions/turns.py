"""Turns of a session run one after another, also when they come through different processes."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from deployments.chat.messages import Message
from deployments.errors import SessionBusy
from deployments.sessions.rows import now, owned, to_row, to_stored_message
from deployments.sessions.tables import MessageRow, SessionRow

LEASE_S = 15.0
POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Turn:
    """The session is this turn's alone. `history` is what was said before it."""

    session_id: str
    history: tuple[Message, ...]

    def conversation(self, messages: Sequence[Message]) -> tuple[Message, ...]:
        """The history with what is new. New instructions take the place of the stored ones."""
        instructions = tuple(message for message in messages if message.is_instruction)
        said = tuple(message for message in messages if not message.is_instruction)
        kept = tuple(message for message in self.history if message.is_instruction)
        return (instructions or kept) + tuple(m for m in self.history if not m.is_instruction) + said


class Turns:
    """A turn takes a lease on its session and renews it while it lasts, so that a killed process frees it soon."""

    def __init__(self, engine: AsyncEngine, *, wait_s: float) -> None:
        self._begin = async_sessionmaker(engine, expire_on_commit=False).begin
        self._wait_s = wait_s

    @asynccontextmanager
    async def turn(self, owner: str, session_id: str) -> AsyncIterator[Turn]:
        """Raises SessionNotFound, and SessionBusy when the turn before this one lasts too long."""
        await self._lease(owner, session_id)
        renewal = asyncio.create_task(self._renew(session_id))
        try:
            yield Turn(session_id, await self._history(session_id))
        finally:
            renewal.cancel()
            await renewal
            await self._hold(session_id, until=0)

    async def store(self, turn: Turn, messages: Sequence[Message], *, token_count: int) -> None:
        """What was asked and answered, at once or not at all."""
        async with self._begin() as db:
            if any(message.is_instruction for message in messages):
                rows = (MessageRow.session_id == turn.session_id, MessageRow.rank == 0)
                await db.execute(delete(MessageRow).where(*rows))
            db.add_all(to_row(turn.session_id, message) for message in messages)
            await db.flush()
            count = select(func.count()).where(MessageRow.session_id == turn.session_id).scalar_subquery()
            values = {"message_count": count, "token_count": token_count, "last_accessed": now()}
            await db.execute(update(SessionRow).where(SessionRow.id == turn.session_id).values(values))

    async def _lease(self, owner: str, session_id: str) -> None:
        deadline = time.monotonic() + self._wait_s
        while not await self._try_lease(owner, session_id):
            if time.monotonic() > deadline:
                raise SessionBusy("Another turn of this session is still running. Try again when it is done.")
            await asyncio.sleep(POLL_S)

    async def _try_lease(self, owner: str, session_id: str) -> bool:
        async with self._begin() as db:
            await owned(db, owner, session_id)
            is_free = (SessionRow.id == session_id, SessionRow.busy_until < time.time())
            lease = update(SessionRow).where(*is_free).values(busy_until=time.time() + LEASE_S)
            return await db.scalar(lease.returning(SessionRow.id)) is not None

    async def _renew(self, session_id: str) -> None:
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(LEASE_S / 3)
                await self._hold(session_id, until=time.time() + LEASE_S)

    async def _hold(self, session_id: str, *, until: float) -> None:
        async with self._begin() as db:
            await db.execute(update(SessionRow).where(SessionRow.id == session_id).values(busy_until=until))

    async def _history(self, session_id: str) -> tuple[Message, ...]:
        query = select(MessageRow).where(MessageRow.session_id == session_id)
        async with self._begin() as db:
            rows = await db.scalars(query.order_by(MessageRow.rank, MessageRow.number))
            return tuple(to_stored_message(row).message for row in rows)
