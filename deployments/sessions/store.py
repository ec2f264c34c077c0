"""Sessions in SQL. Whoever does not own a session is told that there is none."""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from deployments.errors import SessionNotFound
from deployments.sessions.rows import now, owned, to_session, to_stored_message
from deployments.sessions.session import Session, StoredMessage, new_id
from deployments.sessions.tables import CurrentRow, MessageRow, SessionRow, UtcDateTime

Order = Literal["asc", "desc"]


class SessionStore:
    """Each method is one transaction, safe for any number of processes at once."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._begin = async_sessionmaker(engine, expire_on_commit=False).begin

    async def create(self, owner: str, *, title: str | None = None, metadata: Mapping[str, Any]) -> Session:
        """It becomes its owner's current session."""
        created = now()
        row = SessionRow(
            id=new_id(), owner=owner, title=title, details=dict(metadata), created_at=created, last_accessed=created
        )
        async with self._begin() as db:
            db.add(row)
            await db.flush()
            await db.merge(CurrentRow(owner=owner, session_id=row.id))
        return to_session(row)

    async def get(self, owner: str, session_id: str) -> Session:
        async with self._begin() as db:
            return to_session(await owned(db, owner, session_id))

    async def current(self, owner: str) -> Session:
        async with self._begin() as db:
            current = await db.get(CurrentRow, owner)
            if current is None:
                raise SessionNotFound("No active session")
            return to_session(await owned(db, owner, current.session_id))

    async def make_current(self, owner: str, session_id: str) -> Session:
        async with self._begin() as db:
            row = await owned(db, owner, session_id)
            row.last_accessed = now()
            await db.merge(CurrentRow(owner=owner, session_id=row.id))
            return to_session(row)

    async def update(
        self, owner: str, session_id: str, *, title: str | None = None, metadata: Mapping[str, Any] | None = None
    ) -> Session:
        """What is None stays as it is."""
        async with self._begin() as db:
            row = await owned(db, owner, session_id)
            row.title = row.title if title is None else title
            row.details = row.details if metadata is None else dict(metadata)
            return to_session(row)

    async def delete(self, owner: str, session_id: str) -> None:
        """Gone for good, with all that was said in it."""
        async with self._begin() as db:
            await db.delete(await owned(db, owner, session_id))

    async def recent(self, owner: str, *, limit: int, after: str | None = None) -> list[Session]:
        """Newest access first, from behind the session `after` on."""
        place = tuple_(SessionRow.last_accessed, SessionRow.id)
        query = select(SessionRow).where(SessionRow.owner == owner)
        async with self._begin() as db:
            if after:
                last = await owned(db, owner, after)
                query = query.where(place < tuple_(literal(last.last_accessed, UtcDateTime), literal(last.id)))
            query = query.order_by(SessionRow.last_accessed.desc(), SessionRow.id.desc()).limit(limit)
            return [to_session(row) for row in await db.scalars(query)]

    async def messages(
        self, owner: str, session_id: str, *, limit: int | None = None, after: int | None = None, order: Order = "asc"
    ) -> list[StoredMessage]:
        """Instructions, then what was said; `desc` turns it round. From behind the message numbered `after` on."""
        query = select(MessageRow).where(MessageRow.session_id == session_id).limit(limit)
        place = tuple_(MessageRow.rank, MessageRow.number)
        async with self._begin() as db:
            await owned(db, owner, session_id)
            if after is not None:
                query = query.where(_beyond(place, await db.get(MessageRow, after), order))
            columns = (MessageRow.rank, MessageRow.number)
            query = query.order_by(*(getattr(column, order)() for column in columns))
            return [to_stored_message(row) for row in await db.scalars(query)]


def _beyond(place: Any, last: MessageRow | None, order: Order) -> Any:
    """A message that is gone, or never was, has nothing behind it."""
    if last is None:
        return literal(False)
    there = tuple_(literal(last.rank), literal(last.number))
    return place > there if order == "asc" else place < there
