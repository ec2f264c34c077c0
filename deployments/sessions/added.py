"""Items that are added: their rows, and what the row of their conversation says of them then."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from deployments.sessions.items import Content
from deployments.sessions.rows import item_row
from deployments.sessions.said import positions
from deployments.sessions.tables import ConversationRow, ItemRow
from deployments.sessions.turns import Turn, go_on

Said = tuple[str | None, Content]  # with the id by which its client knows it, if it does


def said_rows(said: Sequence[Said], first_position: int, **owners: str) -> list[dict[str, Any]]:
    """Rows of items, each message's at a position of its own."""
    places = positions([content for _, content in said], first_position)
    rows = []
    for (item_id, content), position in zip(said, places, strict=True):
        row = item_row(content, position, **owners)
        rows.append(row | {"id": item_id} if item_id else row)
    return rows


def counts_of(items: Sequence[dict[str, Any]]) -> dict[str, int]:
    """What a conversation's row says of its items."""
    positions = {item["position"] for item in items}
    return {
        "message_count": len(positions),
        "size_bytes": sum(item["size_bytes"] for item in items),
        "next_position": max(positions | {0}) + 1,
    }


async def add_items(db: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await db.execute(insert(ItemRow), rows)


async def grow(db: AsyncConnection, turn: Turn, rows: Sequence[Mapping[str, Any]], token_count: int) -> None:
    """The conversation's row, as the turn that adds these items leaves it."""
    added = len({row["position"] for row in rows})
    await go_on(
        db,
        turn,
        next_position=turn.next_position + added,
        message_count=ConversationRow.message_count + added,
        size_bytes=ConversationRow.size_bytes + sum(row["size_bytes"] for row in rows),
        token_count=token_count,
        context_from=turn.position(0),
    )
