"""A session's values, and its id."""

import datetime
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deployments.chat.messages import Message

_ID = re.compile(r"sess_[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Session:
    """`token_count` is what its messages take in the model's context, as of its last turn."""

    id: str
    title: str | None
    metadata: Mapping[str, Any]
    created_at: datetime.datetime
    last_accessed: datetime.datetime
    message_count: int
    token_count: int


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """`number` names it within its session; pages are counted from it."""

    number: int
    created_at: datetime.datetime
    message: Message


def new_id() -> str:
    return f"sess_{secrets.token_hex(16)}"


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None
