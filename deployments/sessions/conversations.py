"""Conversations of OpenAI's API in SQL: another view of what sessions are. Items are added and taken one by one."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deployments.sessions.access import hold, items_of, owned
from deployments.sessions.added import add_items, counts_of, grow, said_rows
from deployments.sessions.database import Database, reading, writing
from deployments.sessions.item_ids import is_item_id, item_not_found
from deployments.sessions.items import Content, Item
from deployments.sessions.rows import new_row, to_item, to_session
from deployments.sessions.session import Session, session_id_of
from deployments.sessions.store import Order
from deployments.sessions.tables import ConversationRow, ItemRow
from deployments.sessions.turns import Turn


class ConversationStore:
    """Each method is one transaction. All know a conversation by its session's id, and raise SessionNotFound."""

    def __init__(self, database: Database, *, ttl_s: float | None = None) -> None:
        self.database = database
        self._ttl_s = ttl_s

    @writing
    async def create(
        self, db: AsyncConnection, owner: str, metadata: Mapping[str, Any], contents: Sequence[Content]
    ) -> Session:
        """It does not become its owner's current session."""
        row = new_row(owner, self._ttl_s) | {"details": metadata}
        rows = _rows(row["id"], contents, first_position=1)
        row["expires_at"] = row["ttl_s"] and row["last_accessed"] + row["ttl_s"]
        await db.execute(insert(ConversationRow), row | counts_of(rows))
        await add_items(db, rows)
        return to_session(await owned(db, owner, session_id_of(row["id"])))

    @writing
    async def add(self, db: AsyncConnection, turn: Turn, contents: Sequence[Content]) -> list[Item]:
        """As a turn of its own, in which no model answers."""
        rows = _rows(turn.session.conversation_id, contents, turn.next_position)
        await grow(db, turn, rows, turn.session.token_count)
        await add_items(db, rows)
        return [
            Item(row["id"], row["position"], row["created_at"], content)
            for row, content in zip(rows, contents, strict=True)
        ]

    @reading
    async def item(self, db: AsyncConnection, owner: str, session_id: str, item_id: str) -> Item:
        """Raises ItemNotFound."""
        row = await owned(db, owner, session_id)
        return to_item(await _found(db, row.id, item_id))

    @reading
    async def items(
        self,
        db: AsyncConnection,
        owner: str,
        session_id: str,
        *,
        limit: int,
        after: str | None = None,
        order: Order = "desc",
    ) -> list[Item]:
        """From behind the item `after` on. Raises ItemNotFound if that is not there."""
        row = await owned(db, owner, session_id)
        place = tuple_(ItemRow.position, ItemRow.number)
        query = items_of(row.id)
        if after is not None:
            last = await _found(db, row.id, after)
            there = tuple_(last.position, last.number)
            query = query.where(place > there if order == "asc" else place < there)
        if order == "desc":
            query = query.order_by(None).order_by(ItemRow.position.desc(), ItemRow.number.desc())
        return [to_item(found) for found in await db.execute(query.limit(limit))]

    @writing
    async def remove(self, db: AsyncConnection, owner: str, session_id: str, item_id: str) -> Session:
        """The model reads it no longer. Raises ItemNotFound."""
        row = await owned(db, owner, session_id)
        await hold(db, row.id)
        found = await _found(db, row.id, item_id)
        await db.execute(delete(ItemRow).where(ItemRow.id == found.id))
        return to_session(await _recounted(db, row.id))


def _rows(conversation_id: str, contents: Sequence[Content], first_position: int) -> list[dict[str, Any]]:
    said = [(None, content) for content in contents]
    return said_rows(said, first_position, conversation_id=conversation_id)


async def _found(db: AsyncConnection, conversation_id: str, item_id: str) -> Any:
    query = items_of(conversation_id).add_columns(ItemRow.number).where(ItemRow.id == item_id)
    row = (await db.execute(query)).one_or_none() if is_item_id(item_id) else None
    if row is None:
        raise item_not_found(item_id)
    return row


async def _recounted(db: AsyncConnection, conversation_id: str) -> Any:
    """What its row says of its items."""
    there = ItemRow.conversation_id == conversation_id
    messages = select(func.count(ItemRow.position.distinct())).where(there).scalar_subquery()
    size_bytes = select(func.coalesce(func.sum(ItemRow.size_bytes), 0)).where(there).scalar_subquery()
    now = time.time()
    times = {"last_accessed": now, "expires_at": ConversationRow.ttl_s + now}
    change = update(ConversationRow).where(ConversationRow.id == conversation_id)
    change = change.values(message_count=messages, size_bytes=size_bytes, **times)
    return (await db.execute(change.returning(ConversationRow))).one()
