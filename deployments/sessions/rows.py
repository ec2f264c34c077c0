"""Rows ↔ values, and the one way to a session's row: through its owner."""

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from deployments.chat.messages import Message, ToolCall
from deployments.errors import SessionNotFound
from deployments.sessions.session import Session, StoredMessage, is_id
from deployments.sessions.tables import MessageRow, SessionRow


async def owned(db: AsyncSession, owner: str, session_id: str) -> SessionRow:
    """Raises SessionNotFound; for an id that cannot be one, without asking the database."""
    row = await db.get(SessionRow, session_id) if is_id(session_id) else None
    if row is None or row.owner != owner:
        raise SessionNotFound(f"Session not found: {session_id[:100]}")
    return row


def to_session(row: SessionRow) -> Session:
    return Session(
        id=row.id,
        title=row.title,
        metadata=row.details,
        created_at=row.created_at,
        last_accessed=row.last_accessed,
        message_count=row.message_count,
        token_count=row.token_count,
    )


def to_row(session_id: str, message: Message) -> MessageRow:
    return MessageRow(
        session_id=session_id,
        rank=0 if message.is_instruction else 1,
        created_at=now(),
        message=dataclasses.asdict(message),
    )


def to_stored_message(row: MessageRow) -> StoredMessage:
    return StoredMessage(row.number, row.created_at, _message(row.message))


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _message(fields: Mapping[str, Any]) -> Message:
    calls = tuple(ToolCall(**call) for call in fields["tool_calls"])
    return Message(**{**fields, "tool_calls": calls})
