"""Who may work on a conversation now: one at a time, also when they are in different processes."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy import Row, bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deployments.errors import ServingError, SessionBusy
from deployments.sessions.access import IS_OWNED, identity, owned, require_id
from deployments.sessions.database import Database, writing
from deployments.sessions.tables import ConversationRow

logger = logging.getLogger(__name__)

T = TypeVar("T")
Read = Callable[[AsyncConnection, Row[Any]], Awaitable[T]]

LEASE_S = 8.0  # shorter than a turn waits by default, so that who waits for a killed process's turn gets its own
POLL_S = 0.05

_TAKE = (  # built once: building a statement takes as long as SQLite needs for it
    update(ConversationRow)
    .where(IS_OWNED, ConversationRow.lease_until < bindparam("now"))
    .values(lease=bindparam("taker"), lease_until=bindparam("until"))
    .returning(ConversationRow)
)


class Leases:
    """A lease is renewed while it lasts, and runs out soon after its process was killed.

    Those who wait in one process stand in line; only the first of them asks the database.
    """

    def __init__(self, database: Database, *, wait_s: float) -> None:
        self.database = database
        self._wait_s = wait_s
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._held: set[str] = set()

    @asynccontextmanager
    async def lease(self, owner: str, session_id: str, read: Read[T]) -> AsyncIterator[T]:
        """What `read` makes of the conversation's row, its lease in it, in the transaction that takes it.

        Raises SessionNotFound, and SessionBusy when it waits too long.
        """
        require_id(session_id)
        deadline = time.monotonic() + self._wait_s
        async with self._in_line(f"{owner}:{session_id}", deadline):
            lease = secrets.token_hex(8)
            self._held.add(lease)
            renewal = asyncio.create_task(self._renew(lease))
            try:
                yield await self._take(owner, session_id, lease, read, deadline)
            finally:
                renewal.cancel()
                await self._release(lease)

    def close(self, lease: str) -> None:
        """What was stored under it has also given it back."""
        self._held.discard(lease)

    @asynccontextmanager
    async def _in_line(self, place: str, deadline: float) -> AsyncIterator[None]:
        line = self._lines.setdefault(place, asyncio.Lock())
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                await line.acquire()
        except TimeoutError:
            raise _busy() from None
        try:
            yield
        finally:
            line.release()

    async def _take(self, owner: str, session_id: str, lease: str, read: Read[T], deadline: float) -> T:
        try:
            while (found := await self._try_to_take(owner, session_id, lease, read)) is None:
                if time.monotonic() > deadline:
                    raise _busy()
                await asyncio.sleep(POLL_S)
            return found
        except ServingError:
            self._held.discard(lease)  # it was not taken
            raise

    @writing
    async def _try_to_take(
        self, db: AsyncConnection, owner: str, session_id: str, lease: str, read: Read[T]
    ) -> T | None:
        whose = identity(owner, session_id)
        row = (await db.execute(_TAKE, whose | {"taker": lease, "until": whose["now"] + LEASE_S})).one_or_none()
        if row is None:
            await owned(db, owner, session_id)
            return None
        return await read(db, row)

    async def _renew(self, lease: str) -> None:
        """A database that is away may be back before the lease has run out."""
        while True:
            await asyncio.sleep(LEASE_S / 3)
            try:
                await self._hold(lease, until=time.time() + LEASE_S)
            except ServingError as error:
                logger.warning("A turn's lease could not be renewed: %s", error)

    async def _release(self, lease: str) -> None:
        if lease in self._held:
            self._held.discard(lease)
            await self._hold(lease, until=0)

    @writing
    async def _hold(self, db: AsyncConnection, lease: str, *, until: float) -> None:
        await db.execute(update(ConversationRow).where(ConversationRow.lease == lease).values(lease_until=until))


def _busy() -> SessionBusy:
    return SessionBusy("Another turn of this session is still running. Try again when it is done.")
