"""What may leave the store by itself, and in which order: conversations and responses. It removes nothing."""

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, String, cast, delete, false, func, literal, or_, select, union_all

from deployments.sessions.tables import ConversationRow, ItemRow, ResponseRow

ROW_BYTES = 500  # what a row takes that says nothing, with its places in indexes
MESSAGE_BYTES = 250  # the same, of a message


@dataclass(frozen=True, slots=True)
class Kept:
    """A table, and what its rows say: when they were used last, until when somebody works on them, what they take."""

    table: Any
    used_at: ColumnElement[float]
    busy_until: ColumnElement[float]
    size_bytes: ColumnElement[int]

    @property
    def name(self) -> str:
        return str(self.table.__tablename__)

    def has_expired(self, ttl_s: float | None) -> ColumnElement[bool]:
        """With `ttl_s`, also what was made when nothing had to expire."""
        now, expires_at = time.time(), self.table.expires_at
        has_no_end = expires_at.is_(None) & (self.used_at <= now - ttl_s) if ttl_s else false()
        return or_(expires_at <= now, has_no_end)

    def sizes(self) -> Select[Any]:
        size_bytes = self.size_bytes.label("size_bytes")
        return select(literal(self.name).label("name"), self.table.id, self.used_at.label("used_at"), size_bytes)

    def removal(self, which: ColumnElement[bool], limit: int) -> Delete:
        """Of so many at most. What is true of them when they are looked for must still be when they leave."""
        which = which & (self.busy_until <= time.time())
        return delete(self.table).where(self.table.id.in_(select(self.table.id).where(which).limit(limit)), which)


CONVERSATIONS = Kept(
    ConversationRow,
    used_at=ConversationRow.last_accessed.expression,
    busy_until=ConversationRow.lease_until.expression,
    size_bytes=ConversationRow.size_bytes
    + func.length(cast(ConversationRow.details, String))
    + (ROW_BYTES + MESSAGE_BYTES * ConversationRow.message_count),
)
_own_items = select(func.sum(ItemRow.size_bytes + MESSAGE_BYTES)).where(
    (ItemRow.response_id == ResponseRow.id) & ItemRow.conversation_id.is_(None)
)
RESPONSES = Kept(
    ResponseRow,
    used_at=ResponseRow.created_at.expression,
    busy_until=func.coalesce(ResponseRow.alive_until, 0.0),
    size_bytes=ResponseRow.size_bytes + ROW_BYTES + func.coalesce(_own_items.scalar_subquery(), 0),
)
ALL = {kept.name: kept for kept in (CONVERSATIONS, RESPONSES)}


def total_bytes() -> Select[Any]:
    everything = union_all(*(kept.sizes() for kept in ALL.values())).subquery()
    return select(func.coalesce(func.sum(everything.c.size_bytes), 0))


def oldest(limit: int) -> Select[Any]:
    """Those used longest ago, of both, in one order."""
    everything = union_all(*(kept.sizes() for kept in ALL.values())).subquery()
    return select(everything).order_by(everything.c.used_at, everything.c.id).limit(limit)
