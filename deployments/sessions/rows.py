"""Rows ↔ values. It asks the database nothing."""

import secrets
import time
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from deployments.chat.messages import Message
from deployments.sessions.items import NAMES, Content, Item, contents_of, from_json, message_of, to_json
from deployments.sessions.session import Session, StoredMessage, new_conversation_id, session_id_of

_ID_PREFIXES = {"message": "msg", "reasoning": "rs", "function_call": "fc", "function_call_output": "fco"}


def new_row(owner: str, ttl_s: float | None) -> dict[str, Any]:
    """Of a conversation in which nothing was said yet."""
    now = time.time()
    return {
        "id": new_conversation_id(),
        "owner": owner,
        "title": None,
        "details": {},
        "overflow": "error",
        "created_at": now,
        "last_accessed": now,
        "ttl_s": ttl_s,
        "message_count": 0,
        "token_count": 0,
        "size_bytes": 0,
        "next_position": 1,
        "context_from": 1,
        "lease_until": 0.0,
    }


def to_session(row: Row[Any]) -> Session:
    return Session(
        id=session_id_of(row.id),
        title=row.title,
        metadata=row.details,
        overflow=row.overflow,
        created_at=row.created_at,
        last_accessed=row.last_accessed,
        message_count=row.message_count,
        token_count=row.token_count,
        context_from=row.context_from,
    )


def to_messages(rows: Iterable[Row[Any]]) -> list[StoredMessage]:
    """Of items in their order."""
    groups = groupby(map(to_item, rows), lambda item: item.position)
    return [_stored_message(position, list(items)) for position, items in groups]


def to_item(row: Row[Any]) -> Item:
    return Item(row.id, row.position, row.created_at, from_json(row.type, row.body))


def message_rows(conversation_id: str, messages: Sequence[Message], first_position: int) -> list[dict[str, Any]]:
    """Of items, each message's at a position of its own."""
    return [
        item_row(content, position, conversation_id=conversation_id)
        for position, message in enumerate(messages, first_position)
        for content in contents_of(message)
    ]


def item_row(content: Content, position: int, **owners: str) -> dict[str, Any]:
    """It belongs to the conversation, or the response, whose id is given."""
    type_name, body = NAMES[type(content)], to_json(content)
    return {
        "id": f"{_ID_PREFIXES[type_name]}_{secrets.token_hex(16)}",
        "position": position,
        "type": type_name,
        "body": body,
        "size_bytes": len(body.encode()),
        "created_at": time.time(),
        **owners,
    }


def _stored_message(position: int, items: Sequence[Item]) -> StoredMessage:
    return StoredMessage(position, items[0].created_at, message_of([item.content for item in items]))
