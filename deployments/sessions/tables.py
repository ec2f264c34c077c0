"""The tables. Every session has an owner, the name of the API key that made it."""

import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime.datetime]):
    """SQLite keeps no zone, so all times are stored in UTC and come back saying so."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Any) -> datetime.datetime | None:
        return value and value.astimezone(datetime.UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime.datetime | None, dialect: Any) -> datetime.datetime | None:
        return value and value.replace(tzinfo=datetime.UTC)


class Base(DeclarativeBase):
    pass


class SessionRow(Base):
    """`busy_until` (Unix time) is the lease of the turn that runs in it; `details` are what clients call metadata."""

    __tablename__ = "sessions"
    __table_args__ = (Index("sessions_by_access", "owner", "last_accessed"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    title: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    last_accessed: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    message_count: Mapped[int] = mapped_column(default=0)
    token_count: Mapped[int] = mapped_column(default=0)
    busy_until: Mapped[float] = mapped_column(default=0.0)


class MessageRow(Base):
    """`rank` is 0 for instructions, which stand before everything said (1)."""

    __tablename__ = "messages"
    __table_args__ = (Index("messages_in_order", "session_id", "rank", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    rank: Mapped[int]
    created_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    message: Mapped[dict[str, Any]] = mapped_column(JSON)


class CurrentRow(Base):
    """The session that `GET /v1/sessions/current` shows its owner."""

    __tablename__ = "current_sessions"

    owner: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
