"""A session's values, and its id."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from deployments.chat.messages import Message

Overflow = Literal["error", "truncate"]

_ID = re.compile(r"sess_([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Session:
    """`token_count` is what the model reads of it, as of its last turn, from position `context_from` on.

    With `overflow` truncate, that moves on when the context is full. Times are Unix seconds.
    """

    id: str
    title: str | None
    metadata: Mapping[str, Any]
    overflow: Overflow
    created_at: float
    last_accessed: float
    message_count: int
    token_count: int
    context_from: int

    @property
    def conversation_id(self) -> str:
        return self.id.removeprefix("sess_")


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """`position` names it within its session; pages are counted from it."""

    position: int
    created_at: float
    message: Message

    def is_read_from(self, context_from: int) -> bool:
        """By the model, which always reads instructions."""
        return self.position >= context_from or self.message.is_instruction


def new_conversation_id() -> str:
    return secrets.token_hex(16)


def session_id_of(conversation_id: str) -> str:
    return f"sess_{conversation_id}"


def conversation_id_of(session_id: str) -> str | None:
    """None for what cannot be a session's id."""
    match = _ID.fullmatch(session_id)
    return match and match[1]
