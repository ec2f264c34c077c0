"""What a copy of a conversation consists of. It knows no owner."""

import secrets
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deployments.sessions.tables import ItemRow


def inherited(source: Row[Any]) -> dict[str, Any]:
    """What a copy has of its source, unless it is given its own."""
    return {name: getattr(source, name) for name in ("title", "details", "overflow", "ttl_s")}


async def copied(db: AsyncConnection, source_id: str, conversation_id: str, up_to: int) -> list[dict[str, Any]]:
    """Rows of the items up to a position, with ids of their own."""
    columns = (ItemRow.id, ItemRow.position, ItemRow.type, ItemRow.body, ItemRow.size_bytes, ItemRow.created_at)
    items = select(*columns).where(ItemRow.conversation_id == source_id, ItemRow.position <= up_to)
    rows = (await db.execute(items.order_by(ItemRow.number))).all()
    return [{**row._mapping, "id": _anew(row.id), "conversation_id": conversation_id} for row in rows]


def _anew(item_id: str) -> str:
    return f"{item_id.partition('_')[0]}_{secrets.token_hex(16)}"
