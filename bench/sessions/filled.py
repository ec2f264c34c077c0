"""A store of sessions that all had the same conversation, written as fast as the database takes it."""

import time
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from deployments.chat.messages import Message
from deployments.sessions.database import Database
from deployments.sessions.rows import message_rows, new_row
from deployments.sessions.session import session_id_of
from deployments.sessions.tables import ConversationRow, ItemRow

SESSIONS, TURNS = 10_000, 20
SAID = tuple(
    message
    for turn in range(TURNS)
    for message in (Message("user", f"And what is {turn} + {turn}?"), Message("assistant", f"It is {turn + turn}."))
)
BATCH = 500


async def fill(database: Database, owner: str) -> list[str]:
    """The sessions' ids."""
    ids: list[str] = []
    conversations = _conversations(owner)
    while rows := list(islice(conversations, BATCH)):
        await database.write(partial(_write, rows=rows))
        ids += [session_id_of(row["id"]) for row in rows]
    return ids


def _conversations(owner: str) -> Iterator[dict[str, Any]]:
    for _ in range(SESSIONS):
        row = new_row(owner, None)
        yield row | {"message_count": len(SAID), "next_position": len(SAID) + 1, "last_accessed": time.time()}


async def _write(db: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    await db.execute(insert(ConversationRow), rows)
    await db.execute(insert(ItemRow), [item for row in rows for item in message_rows(row["id"], SAID, 1)])
