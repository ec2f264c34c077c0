"""The tables. What has an owner, the name of an API key, exists for nobody else."""

from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Double, ForeignKey, Index, Integer, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

RowNumber = BigInteger().with_variant(Integer, "sqlite")  # there, only INTEGER is a row's own number

ARE_ORPHANS = text("conversation_id IS NULL AND response_id IS NULL")


class Base(DeclarativeBase):
    """Times are Unix seconds, ids come from `secrets`."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {float: Double, dict[str, Any]: JSON}


class ConversationRow(Base):
    """A session is one view of it, a conversation of OpenAI's another: `sess_` or `conv_` before the same id.

    `context_from` is the position from which on the model still reads it, beside its instructions. `lease` names the
    turn that runs in it, until `lease_until`. `details` are what clients call metadata. A `title` may hold what only
    JSON can write down.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("conversations_by_access", "owner", "last_accessed", "id"),
        Index("conversations_by_expiry", "expires_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    title: Mapped[str | None] = mapped_column(JSON(none_as_null=True))
    details: Mapped[dict[str, Any]]
    overflow: Mapped[str]
    created_at: Mapped[float]
    last_accessed: Mapped[float]
    ttl_s: Mapped[float | None]
    expires_at: Mapped[float | None]
    message_count: Mapped[int]
    token_count: Mapped[int]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    next_position: Mapped[int]
    context_from: Mapped[int]
    lease: Mapped[str | None]
    lease_until: Mapped[float]


class ResponseRow(Base):
    """One answer of the Responses API. `body` is the JSON of what only its client reads.

    One that is made in the background has a row from its beginning, and is being worked on until `alive_until`.
    """

    __tablename__ = "responses"
    __table_args__ = (Index("responses_by_expiry", "expires_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    status: Mapped[str]
    previous_response_id: Mapped[str | None]
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[float]
    expires_at: Mapped[float | None]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[str]
    alive_until: Mapped[float | None]


class EventRow(Base):
    """What the stream of an answer in the background told, for those who come later."""

    __tablename__ = "response_events"

    response_id: Mapped[str] = mapped_column(ForeignKey("responses.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event: Mapped[str]


class ItemRow(Base):
    """A message, or a part of an assistant's: its reasoning, text and calls are items that share a `position`.

    Positions count from 1 within a conversation, or within a response that has none. Those of instructions are below
    it, so that they stand first.
    """

    __tablename__ = "items"
    __table_args__ = (
        Index("items_of_conversation", "conversation_id", "position", "number"),
        Index("items_of_response", "response_id", "position", "number"),
        Index("orphaned_items", "number", sqlite_where=ARE_ORPHANS, postgresql_where=ARE_ORPHANS),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    response_id: Mapped[str | None] = mapped_column(ForeignKey("responses.id", ondelete="SET NULL"))
    position: Mapped[int]
    type: Mapped[str]
    body: Mapped[str]
    size_bytes: Mapped[int]
    created_at: Mapped[float]


class ChoreRow(Base):
    """What one process at a time does for all, and when it is to be done again."""

    __tablename__ = "chores"

    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[float]


class CurrentRow(Base):
    """The session that `GET /v1/sessions/current` shows its owner."""

    __tablename__ = "current_conversations"

    owner: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
