"""What has expired leaves, what belongs to nothing too, and the oldest when there is too much. It knows no owner."""

import asyncio
import logging
import time
from collections.abc import Sequence
from itertools import accumulate, takewhile
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deployments.errors import ServingError
from deployments.sessions.database import Database, reading, writing
from deployments.sessions.kept import ALL, Kept, oldest, total_bytes
from deployments.sessions.tables import ChoreRow, ItemRow

logger = logging.getLogger(__name__)

CHORE = "sweep"
BATCH = 100  # rows of a transaction, so that turns that are to be stored come between


class Sweep:
    """Every process runs one; whose turn it is, the database says, so that it is done once in `every_s` seconds."""

    def __init__(
        self, database: Database, *, every_s: float, ttl_s: float | None = None, max_bytes: int | None = None
    ) -> None:
        self.database = database
        self._every_s = every_s
        self._ttl_s = ttl_s
        self._max_bytes = max_bytes

    async def run(self) -> None:
        """For ever. A database that is away may be back the next time."""
        while True:
            try:
                if await self.is_due():
                    await self.sweep()
            except ServingError as error:
                logger.warning("What has expired could not be removed: %s", error)
            await asyncio.sleep(self._every_s)

    @writing
    async def is_due(self, db: AsyncConnection) -> bool:
        """Who is told so is to do it, and nobody else will be for a while."""
        now = time.time()
        is_due = (ChoreRow.name == CHORE) & (ChoreRow.due_at <= now)
        claim = update(ChoreRow).where(is_due).values(due_at=now + self._every_s)
        return await db.scalar(claim.returning(ChoreRow.name)) is not None

    async def sweep(self) -> None:
        for kept in ALL.values():
            while await self._remove(kept, kept.has_expired(self._ttl_s)):
                pass
        while self._max_bytes and await self._remove_oldest(self._max_bytes):
            pass
        while await self._remove_orphans():
            pass

    async def _remove_oldest(self, max_bytes: int) -> int:
        """So many left, unless they were used after they had been looked at."""
        leaving = await self._excess(max_bytes)
        removed = 0
        for kept in ALL.values() if leaving else ():
            ids = [row.id for row in leaving if row.name == kept.name]
            removed += await self._remove(kept, kept.table.id.in_(ids) & (kept.used_at <= leaving[-1].used_at))
        return removed

    @reading
    async def _excess(self, db: AsyncConnection, max_bytes: int) -> Sequence[Row[Any]]:
        """The oldest rows, as many as need to leave, or a batch of them."""
        excess = await db.scalar(total_bytes()) - max_bytes
        rows = (await db.execute(oldest(BATCH))).all() if excess > 0 else []
        before = accumulate((row.size_bytes for row in rows), initial=0)
        return [
            row for row, _ in zip(rows, takewhile(lambda bytes_before: bytes_before < excess, before), strict=False)
        ]

    @writing
    async def _remove(self, db: AsyncConnection, kept: Kept, which: ColumnElement[bool]) -> int:
        return (await db.execute(kept.removal(which, BATCH))).rowcount

    @writing
    async def _remove_orphans(self, db: AsyncConnection) -> int:
        """Items of responses that left, which belong to no conversation."""
        is_orphan = ItemRow.conversation_id.is_(None) & ItemRow.response_id.is_(None)
        some = select(ItemRow.number).where(is_orphan).limit(10 * BATCH)
        return (await db.execute(delete(ItemRow).where(ItemRow.number.in_(some)))).rowcount
