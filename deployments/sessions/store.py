"""Sessions in SQL. Whoever does not own a session is told that there is none."""

import time
from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from sqlalchemy import Select, delete, insert, literal, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from deployments.errors import SessionBusy, SessionNotFound
from deployments.sessions.access import hold, is_lasting, is_owned, items_of, owned, require
from deployments.sessions.added import add_items, counts_of
from deployments.sessions.database import Database, reading, writing
from deployments.sessions.forks import copied, inherited
from deployments.sessions.rows import new_row, to_messages, to_session
from deployments.sessions.session import Overflow, Session, StoredMessage, session_id_of
from deployments.sessions.tables import ConversationRow, CurrentRow, ItemRow

Order = Literal["asc", "desc"]


class Settings(TypedDict, total=False):
    """What is not in it stays as it is."""

    title: str | None
    metadata: Mapping[str, Any]
    ttl_s: float | None
    overflow: Overflow


class SessionStore:
    """Each method is one transaction, safe for any number of processes at once.

    Without use for `ttl_s` seconds a session is gone; one may say that it lasts for less.
    """

    def __init__(self, database: Database, *, ttl_s: float | None = None) -> None:
        self.database = database
        self._ttl_s = ttl_s

    @writing
    async def create(self, db: AsyncConnection, owner: str, settings: Settings) -> Session:
        """It becomes its owner's current session."""
        row = new_row(owner, self._ttl_s) | self._columns(settings)
        await db.execute(insert(ConversationRow), row)
        await _make_current(db, owner, row["id"])
        return await _change(db, owner, session_id_of(row["id"]), {})

    @reading
    async def get(self, db: AsyncConnection, owner: str, session_id: str) -> Session:
        return to_session(await owned(db, owner, session_id))

    @reading
    async def current(self, db: AsyncConnection, owner: str) -> Session:
        query = select(ConversationRow).join(CurrentRow).where(CurrentRow.owner == owner, is_lasting())
        row = (await db.execute(query)).one_or_none()
        if row is None:
            raise SessionNotFound("No active session")
        return to_session(row)

    @writing
    async def make_current(self, db: AsyncConnection, owner: str, session_id: str) -> Session:
        session = await _change(db, owner, session_id, {"last_accessed": time.time()})
        await _make_current(db, owner, session.conversation_id)
        return session

    @writing
    async def update(self, db: AsyncConnection, owner: str, session_id: str, settings: Settings) -> Session:
        """To be told how long it lasts is a use of it."""
        used = {"last_accessed": time.time()} if "ttl_s" in settings else {}
        return await _change(db, owner, session_id, self._columns(settings) | used)

    @writing
    async def delete(self, db: AsyncConnection, owner: str, session_id: str) -> None:
        """Gone for good, with all that was said in it."""
        row = await owned(db, owner, session_id)
        await db.execute(delete(ConversationRow).where(ConversationRow.id == row.id))

    @reading
    async def recent(self, db: AsyncConnection, owner: str, *, limit: int, after: str | None = None) -> list[Session]:
        """Newest access first, from behind the session `after` on."""
        place = tuple_(ConversationRow.last_accessed, ConversationRow.id)
        query = select(ConversationRow).where(ConversationRow.owner == owner, is_lasting())
        if after:
            last = await owned(db, owner, after)
            query = query.where(place < tuple_(literal(last.last_accessed), literal(last.id)))
        query = query.order_by(ConversationRow.last_accessed.desc(), ConversationRow.id.desc()).limit(limit)
        return [to_session(row) for row in await db.execute(query)]

    @reading
    async def messages(
        self,
        db: AsyncConnection,
        owner: str,
        session_id: str,
        *,
        limit: int | None = None,
        after: int | None = None,
        order: Order = "asc",
    ) -> list[StoredMessage]:
        """Instructions, then what was said; `desc` turns it round. From behind the position `after` on."""
        row = await owned(db, owner, session_id)
        there = _page(row.id, limit, after, order)
        messages = to_messages(await db.execute(items_of(row.id).where(ItemRow.position.in_(there))))
        return messages if order == "asc" else messages[::-1]

    @writing
    async def fork(
        self,
        db: AsyncConnection,
        owner: str,
        source: Session,
        settings: Settings,
        *,
        up_to: int,
        context_from: int,
        token_count: int,
    ) -> Session:
        """A copy of all up to the position `up_to`, of which the model reads what begins at `context_from`.

        It has its source's settings, where it is given none. What is current stays so. Raises SessionNotFound, and
        SessionBusy if the source is no longer what its counts were taken of.
        """
        await hold(db, source.conversation_id)
        now = await owned(db, owner, source.id)
        if to_session(now) != source:
            raise SessionBusy("The session was changed while it was copied. Try again.")
        row = new_row(owner, self._ttl_s) | inherited(now) | self._columns(settings)
        items = await copied(db, now.id, row["id"], up_to)
        counts = {"token_count": token_count, "context_from": context_from}
        await db.execute(insert(ConversationRow), row | counts | counts_of(items))
        await add_items(db, items)
        return await _change(db, owner, session_id_of(row["id"]), {})

    def _columns(self, settings: Settings) -> dict[str, Any]:
        columns: dict[str, Any] = {
            ("details" if name == "metadata" else name): value for name, value in settings.items()
        }
        if "ttl_s" in columns:
            columns["ttl_s"] = min((ttl_s for ttl_s in (columns["ttl_s"], self._ttl_s) if ttl_s), default=None)
        return columns


async def _change(db: AsyncConnection, owner: str, session_id: str, columns: Mapping[str, Any]) -> Session:
    """Its end follows from what it is then."""
    change = update(ConversationRow).where(is_owned(owner, session_id))
    if columns:
        await db.execute(change.values(columns))
    end = change.values(expires_at=ConversationRow.last_accessed + ConversationRow.ttl_s)
    return to_session(require((await db.execute(end.returning(ConversationRow))).one_or_none(), session_id))


async def _make_current(db: AsyncConnection, owner: str, conversation_id: str) -> None:
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    row = dialect.insert(CurrentRow).values(owner=owner, conversation_id=conversation_id)
    await db.execute(row.on_conflict_do_update(index_elements=["owner"], set_={"conversation_id": conversation_id}))


def _page(conversation_id: str, limit: int | None, after: int | None, order: Order) -> Select[Any]:
    """Positions of so many messages."""
    page = select(ItemRow.position).where(ItemRow.conversation_id == conversation_id).distinct()
    if after is not None:
        page = page.where(ItemRow.position > after if order == "asc" else ItemRow.position < after)
    return page.order_by(getattr(ItemRow.position, order)()).limit(limit)
