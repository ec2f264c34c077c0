"""The one way to a conversation's row: through its owner, and while it lasts."""

import time
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Select, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deployments.errors import SessionNotFound
from deployments.sessions.session import conversation_id_of
from deployments.sessions.tables import ConversationRow, ItemRow


async def owned(db: AsyncConnection, owner: str, session_id: str) -> Row[Any]:
    """Raises SessionNotFound; for an id that cannot be one, without asking the database."""
    row = (await db.execute(select(ConversationRow).where(is_owned(owner, session_id)))).one_or_none()
    return require(row, session_id)


async def hold(db: AsyncConnection, conversation_id: str) -> None:
    """Nobody else changes it before this transaction ends.

    Who takes items away begins so, lest two wait for each other, or one counts without what the other adds.
    """
    row = select(ConversationRow.id).where(ConversationRow.id == conversation_id)
    await db.execute(row.with_for_update(key_share=True))


def require(row: Row[Any] | None, session_id: str) -> Row[Any]:
    if row is None:
        raise _not_found(session_id)
    return row


def require_id(session_id: str) -> str:
    """Raises SessionNotFound for what cannot be one, whoever asks."""
    if conversation_id_of(session_id) is None:
        raise _not_found(session_id)
    return session_id


def is_owned(owner: str, session_id: str) -> ColumnElement[bool]:
    """A condition on conversations. Raises SessionNotFound for what cannot be an id."""
    return _is_owned(**identity(owner, session_id))


def is_lasting() -> ColumnElement[bool]:
    return _is_lasting(time.time())


def identity(owner: str, session_id: str) -> dict[str, Any]:
    """Parameters of `IS_OWNED`. Raises SessionNotFound for what cannot be an id."""
    return {"its_id": conversation_id_of(require_id(session_id)), "its_owner": owner, "now": time.time()}


def _is_owned(
    its_id: str | BindParameter[str], its_owner: str | BindParameter[str], now: float | BindParameter[float]
) -> ColumnElement[bool]:
    return (ConversationRow.id == its_id) & (ConversationRow.owner == its_owner) & _is_lasting(now)


def _is_lasting(now: float | BindParameter[float]) -> ColumnElement[bool]:
    return or_(ConversationRow.expires_at.is_(None), ConversationRow.expires_at > now)


IS_OWNED = _is_owned(bindparam("its_id"), bindparam("its_owner"), bindparam("now"))  # for statements built once


def items_of(conversation_id: str) -> Select[*tuple[Any, ...]]:
    """In the order in which the model reads them."""
    columns = (ItemRow.id, ItemRow.position, ItemRow.created_at, ItemRow.type, ItemRow.body)
    in_conversation = select(*columns).where(ItemRow.conversation_id == conversation_id)
    return in_conversation.order_by(ItemRow.position, ItemRow.number)


def is_read_from(context_from: int) -> ColumnElement[bool]:
    """A condition on items, as messages have it: the model always reads instructions, wherever they stand."""
    roles = (ItemRow.body.startswith(f'{{"role": "{role}"') for role in ("system", "developer"))
    return (ItemRow.position >= context_from) | ((ItemRow.type == "message") & or_(*roles))


def _not_found(session_id: str) -> SessionNotFound:
    return SessionNotFound(f"Session not found: {session_id[:100]}")
