"""Responses in SQL: what was answered, and what it was an answer to."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deployments.errors import InvalidField
from deployments.sessions.access import is_lasting
from deployments.sessions.added import Said, add_items, grow, said_rows
from deployments.sessions.bodies import CAN_GO_ON, body_of, response_row
from deployments.sessions.chains import chain_of, every_item, is_response_of, owned_response, said_up_to
from deployments.sessions.database import Database, reading, writing
from deployments.sessions.item_ids import is_item_id, item_not_found
from deployments.sessions.items import Content, Item
from deployments.sessions.progress import Event, add_events, end
from deployments.sessions.rows import to_item
from deployments.sessions.store import Order
from deployments.sessions.tables import ConversationRow, ItemRow, ResponseRow
from deployments.sessions.turns import Turn

MOST_IDS = 10_000  # in one question; databases take three times as many


class ResponseStore:
    """Each method is one transaction. After `ttl_s` seconds one is gone, unless another has gone on from it."""

    def __init__(self, database: Database, *, ttl_s: float | None = None) -> None:
        self.database = database
        self._ttl_s = ttl_s

    @reading
    async def get(self, db: AsyncConnection, owner: str, response_id: str) -> dict[str, Any]:
        """The object. Raises ResponseNotFound, as all do."""
        return body_of(await owned_response(db, owner, response_id))

    @reading
    async def history(self, db: AsyncConnection, owner: str, response_id: str) -> list[Item]:
        """All that was said up to this response, and with it. Raises InvalidField for one that has not ended well."""
        status = body_of(await owned_response(db, owner, response_id))["status"]
        if status not in CAN_GO_ON:
            said = f"The response {response_id} is {status}, so nothing can go on from it."
            raise InvalidField(said, param="previous_response_id")
        return await said_up_to(db, owner, response_id)

    @reading
    async def input_items(
        self,
        db: AsyncConnection,
        owner: str,
        response_id: str,
        *,
        limit: int,
        after: str | None = None,
        order: Order = "desc",
    ) -> list[Item]:
        """What was said before its answer, from behind the item `after` on. Raises ItemNotFound without that."""
        output = {item["id"] for item in body_of(await owned_response(db, owner, response_id))["output"]}
        items = [item for item in await said_up_to(db, owner, response_id) if item.id not in output]
        if order == "desc":
            items.reverse()
        return items[_place(items, after) :][:limit]

    @reading
    async def items(self, db: AsyncConnection, owner: str, ids: Sequence[str], *, param: str) -> dict[str, Content]:
        """By their ids, wherever they are kept. Raises ItemNotFound, with the field `param` that named it."""
        asked = [item_id for item_id in ids if is_item_id(item_id)]
        query = every_item().outerjoin(ConversationRow, ConversationRow.id == ItemRow.conversation_id)
        query = query.outerjoin(ResponseRow, ResponseRow.id == ItemRow.response_id)
        is_owned = or_((ConversationRow.owner == owner) & is_lasting(), is_response_of(owner))
        found: dict[str, Content] = {}
        for first in range(0, len(asked), MOST_IDS):
            some = ItemRow.id.in_(asked[first : first + MOST_IDS])
            rows = await db.execute(query.where(some, is_owned))
            found |= {item.id: item.content for item in map(to_item, rows)}
        for missing in (item_id for item_id in ids if item_id not in found):
            raise item_not_found(missing, param=param)
        return found

    @writing
    async def keep(
        self,
        db: AsyncConnection,
        owner: str,
        response: Mapping[str, Any] | None,
        said: Sequence[Said],
        *,
        turn: Turn | None = None,
        token_count: int = 0,
        events: Sequence[Event] = (),
    ) -> None:
        """What was asked and answered, and with it the turn of its conversation, at once or not at all.

        Without a `response`, only the conversation keeps it. One that was made in the background has begun before, and
        its last `events` belong to it. Raises NoLongerWanted, where that was cancelled, and for a conversation what
        `go_on` raises.
        """
        owners = {"conversation_id": turn.session.conversation_id} if turn else {}
        its_own = {"response_id": response["id"]} if response else {}
        rows = said_rows(said, turn.next_position if turn else 1, **owners, **its_own)
        if turn:
            await grow(db, turn, rows, token_count)  # first, for it finds out whether the conversation is still there
        if response:
            row = response_row(owner, response, self._ttl_s) | owners
            await (end(db, row) if response["background"] else db.execute(insert(ResponseRow), row))
            await self._prolong(db, row)
            await add_events(db, response["id"], events)
        await add_items(db, rows)

    @writing
    async def delete(self, db: AsyncConnection, owner: str, response_id: str) -> None:
        """What it added to a conversation stays there."""
        row = await owned_response(db, owner, response_id)
        is_alone = (ItemRow.response_id == row.id) & ItemRow.conversation_id.is_(None)
        await db.execute(delete(ItemRow).where(is_alone))
        await db.execute(delete(ResponseRow).where(ResponseRow.id == row.id))

    async def _prolong(self, db: AsyncConnection, row: Mapping[str, Any]) -> None:
        """What it goes on from lasts as long as it does."""
        if self._ttl_s and row["previous_response_id"]:
            before = select(chain_of(row["owner"], row["previous_response_id"], row["created_at"]).c.id)
            is_shorter = or_(ResponseRow.expires_at.is_(None), ResponseRow.expires_at < row["expires_at"])
            prolonged = update(ResponseRow).where(ResponseRow.id.in_(before), is_shorter)
            await db.execute(prolonged.values(expires_at=row["expires_at"]))


def _place(items: Sequence[Item], after: str | None) -> int:
    """Where those behind the item `after` begin."""
    if after is None:
        return 0
    if place := next((place for place, item in enumerate(items, 1) if item.id == after), None):
        return place
    raise item_not_found(after, param="after")
