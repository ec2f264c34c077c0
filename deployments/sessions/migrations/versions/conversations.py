"""Sessions become conversations, messages become items. What the first form holds is taken over."""

import datetime
import json
import secrets
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"

ID_PREFIXES = {"message": "msg", "reasoning": "rs", "function_call": "fc", "function_call_output": "fco"}
RowNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    conversations = _create_conversations()
    _create_responses()
    _copy(conversations, _create_items(), _create_current())
    for table in ("current_sessions", "messages", "sessions"):
        op.drop_table(table)


def _create_conversations() -> sa.Table:
    return op.create_table(
        "conversations",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("title", sa.JSON(none_as_null=True)),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("overflow", sa.String, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("last_accessed", sa.Double, nullable=False),
        sa.Column("ttl_s", sa.Double),
        sa.Column("expires_at", sa.Double),
        sa.Column("message_count", sa.Integer, nullable=False),
        sa.Column("token_count", sa.Integer, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("next_position", sa.Integer, nullable=False),
        sa.Column("context_from", sa.Integer, nullable=False),
        sa.Column("lease", sa.String),
        sa.Column("lease_until", sa.Double, nullable=False),
        sa.Index("conversations_by_access", "owner", "last_accessed", "id"),
        sa.Index("conversations_by_expiry", "expires_at"),
    )


def _create_responses() -> None:
    op.create_table(
        "responses",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("previous_response_id", sa.String),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id", ondelete="SET NULL"), index=True),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("expires_at", sa.Double),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Index("responses_by_expiry", "expires_at"),
    )


def _create_items() -> sa.Table:
    return op.create_table(
        "items",
        sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id", ondelete="CASCADE")),
        sa.Column("response_id", sa.String, sa.ForeignKey("responses.id", ondelete="SET NULL")),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Index("items_of_conversation", "conversation_id", "position", "number"),
        sa.Index("items_of_response", "response_id", "position", "number"),
    )


def _create_current() -> sa.Table:
    return op.create_table(
        "current_conversations",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String,
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
    )


def _copy(conversations: sa.Table, items: sa.Table, current: sa.Table) -> None:
    connection, first_form = op.get_bind(), sa.MetaData()
    first_form.reflect(connection)
    sessions, messages, were_current = (
        first_form.tables[name] for name in ("sessions", "messages", "current_sessions")
    )
    for session in connection.execute(sa.select(sessions)).all():
        said = sa.select(messages).where(messages.c.session_id == session.id)
        rows = connection.execute(said.order_by(messages.c.rank, messages.c.number)).all()
        first = 1 - sum(row.rank == 0 for row in rows)
        copied = [item for position, row in enumerate(rows, first) for item in _items(position, row)]
        size_bytes, after = sum(item["size_bytes"] for item in copied), first + len(rows)
        connection.execute(sa.insert(conversations), _conversation(session, size_bytes, after))
        if copied:
            connection.execute(sa.insert(items), copied)
    for row in connection.execute(sa.select(were_current)).all():
        connection.execute(sa.insert(current), {"owner": row.owner, "conversation_id": _id(row.session_id)})


def _conversation(session: Any, size_bytes: int, next_position: int) -> dict[str, Any]:
    return {
        "id": _id(session.id),
        "owner": session.owner,
        "title": session.title,
        "details": session.details,
        "overflow": "error",
        "created_at": _unix(session.created_at),
        "last_accessed": _unix(session.last_accessed),
        "message_count": session.message_count,
        "token_count": session.token_count,
        "size_bytes": size_bytes,
        "next_position": next_position,
        "context_from": 1,
        "lease_until": 0.0,
    }


def _items(position: int, row: Any) -> Iterator[dict[str, Any]]:
    for type_name, content in _contents(row.message):
        body = json.dumps(content)
        yield {
            "id": f"{ID_PREFIXES[type_name]}_{secrets.token_hex(16)}",
            "conversation_id": _id(row.session_id),
            "position": position,
            "type": type_name,
            "body": body,
            "size_bytes": len(body),
            "created_at": _unix(row.created_at),
        }


def _contents(message: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    text, reasoning, calls, name = (message[key] for key in ("content", "reasoning", "tool_calls", "name"))
    if message["role"] == "tool":
        yield "function_call_output", {"call_id": message["tool_call_id"], "output": text, "name": name}
        return
    if reasoning:
        yield "reasoning", {"content": [reasoning], "summary": []}
    if text or not (reasoning or calls):
        yield "message", {"role": message["role"], "texts": [text], "name": name}
    for call in calls:
        yield "function_call", {"call_id": call["id"], "name": call["name"], "arguments": call["arguments"]}


def _id(session_id: str) -> str:
    return session_id.removeprefix("sess_")


def _unix(time: datetime.datetime) -> float:
    return time.replace(tzinfo=datetime.UTC).timestamp()
