"""Who may work on a conversation now: one at a time, also when they are in different processes."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
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
Read = Callable[[AsyncConnection, Row[Any], "Lease"], Awaitable[T]]

LEASE_S = 8.0  # shorter than a turn waits by default, so that who waits for a killed process's turn gets its own
POLL_S = 0.05

_TAKE = (  # built once: building a statement takes as long as SQLite needs for it
    update(ConversationRow)
    .where(IS_OWNED, ConversationRow.lease_until < bindparam("now"))
    .values(lease=bindparam("taker"), lease_until=bindparam("until"))
    .returning(ConversationRow)
)


@dataclass(slots=True)
class Lease:
    """`is_held` until it has been given back: by its holder's last transaction, or else at the end."""

    name: str
    is_held: bool = True


class Leases:
    """A lease is renewed while it lasts, and runs out soon after its process was killed.

    Those who wait in one process stand in line; only the first of them asks the database.
    """

    def __init__(self, database: Database, *, wait_s: float) -> None:
        self.database = database
        self._wait_s = wait_s
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lease(self, owner: str, session_id: str, read: Read[T]) -> AsyncIterator[T]:
        """What `read` makes of the conversation's row, its lease in it, in the transaction that takes it.

        Raises SessionNotFound, and SessionBusy when it waits too long.
        """
        require_id(session_id)
        deadline = time.monotonic() + self._wait_s
        async with self._in_line(f"{owner}:{session_id}", deadline), self._renewed() as lease:
            found = await self._take(owner, session_id, lease, read, deadline)
            try:
                yield found
            except BaseException:
                lease.is_held = True  # also where it was a transaction that gave it back that has failed
                raise

    @asynccontextmanager
    async def _renewed(self) -> AsyncIterator[Lease]:
        """Given back at the end, if it is held then."""
        lease = Lease(secrets.token_hex(8))
        renewal = asyncio.create_task(self._renew(lease.name))
        try:
            yield lease
        finally:
            renewal.cancel()
            if lease.is_held:
                await self._release(lease.name)

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

    async def _take(self, owner: str, session_id: str, lease: Lease, read: Read[T], deadline: float) -> T:
        try:
            while (found := await self._try_to_take(owner, session_id, lease, read)) is None:
                if time.monotonic() > deadline:
                    raise _busy()
                await asyncio.sleep(POLL_S)
            return found
        except ServingError:
            lease.is_held = False  # it was not taken
            raise

    @writing
    async def _try_to_take(
        self, db: AsyncConnection, owner: str, session_id: str, lease: Lease, read: Read[T]
    ) -> T | None:
        whose = identity(owner, session_id)
        taken = {"taker": lease.name, "until": whose["now"] + LEASE_S}
        row = (await db.execute(_TAKE, whose | taken)).one_or_none()
        if row is None:
            await owned(db, owner, session_id)
            return None
        return await read(db, row, lease)

    async def _renew(self, name: str) -> None:
        """A database that is away may be back before the lease has run out."""
        while True:
            await asyncio.sleep(LEASE_S / 3)
            try:
                await self._set(name, {"lease_until": time.time() + LEASE_S})
            except ServingError as error:
                logger.warning("A turn's lease could not be renewed: %s", error)

    async def _release(self, name: str) -> None:
        """Without its name, so that a renewal on its way comes to nothing. One that stays runs out by itself."""
        try:
            await self._set(name, {"lease": None, "lease_until": 0.0})
        except ServingError as error:
            logger.warning("A turn's lease could not be given back: %s", error)

    @writing
    async def _set(self, db: AsyncConnection, name: str, values: dict[str, Any]) -> None:
        await db.execute(update(ConversationRow).where(ConversationRow.lease == name).values(values))


def _busy() -> SessionBusy:
    return SessionBusy("Another turn of this session is still running. Try again when it is done.")
