"""The way to a response's row, and to all that was said up to it. Whoever does not own one is told there is none."""

import re
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deployments.errors import ResponseNotFound
from deployments.sessions.access import items_of
from deployments.sessions.bodies import CAN_GO_ON
from deployments.sessions.items import Item
from deployments.sessions.rows import to_item
from deployments.sessions.tables import ItemRow, ResponseRow

_ID = re.compile(r"resp_[0-9a-f]{32}")


async def owned_response(db: AsyncConnection, owner: str, response_id: str) -> Row[Any]:
    """Raises ResponseNotFound; for an id that cannot be one, without asking the database."""
    query = select(ResponseRow).where(is_owned_response(owner, response_id))
    row = (await db.execute(query)).one_or_none()
    if row is None:
        raise not_found(response_id)
    return row


def is_owned_response(owner: str, response_id: str, now: float | None = None) -> ColumnElement[bool]:
    """A condition on responses. Raises ResponseNotFound for what cannot be an id."""
    if not _ID.fullmatch(response_id):
        raise not_found(response_id)
    return (ResponseRow.id == response_id) & is_response_of(owner, now)


def is_response_of(owner: str, now: float | None = None) -> ColumnElement[bool]:
    lasts = or_(ResponseRow.expires_at.is_(None), ResponseRow.expires_at > (now or time.time()))
    return (ResponseRow.owner == owner) & lasts


def not_found(response_id: str) -> ResponseNotFound:
    return ResponseNotFound(f"Response with id {response_id[:100]!r} not found.")


async def chain(db: AsyncConnection, owner: str, response_id: str, now: float) -> Sequence[Row[Any]]:
    """The responses that go on from each other, the first one first. Raises ResponseNotFound if one is missing."""
    links = chain_of(owner, response_id, now)
    rows = (await db.execute(select(links).order_by(links.c.distance.desc()))).all()
    if not rows:
        raise not_found(response_id)
    if missing := rows[0].previous_response_id:
        raise not_found(missing)
    return rows


def chain_of(owner: str, response_id: str, now: float) -> CTE:
    """Those that last at this time; all statements about a chain name the same."""
    columns = (ResponseRow.id, ResponseRow.status, ResponseRow.previous_response_id, ResponseRow.conversation_id)
    last = select(*columns, literal(0).label("distance")).where(is_owned_response(owner, response_id, now))
    links = last.cte(recursive=True)
    before = select(*columns, links.c.distance + 1).where(is_response_of(owner, now))
    return links.union_all(before.join(links, ResponseRow.id == links.c.previous_response_id))


async def said_up_to(db: AsyncConnection, owner: str, response_id: str) -> list[Item]:
    """All items of a chain. Only its first response may belong to a conversation; then what that held comes first.
    Of one that has not ended, or not well, it is what it was asked.

    Raises ResponseNotFound, also for one whose beginning was deleted.
    """
    now = time.time()
    first, *_ = await chain(db, owner, response_id, now)
    beginning = await _beginning(db, first)
    if not beginning and first.status in CAN_GO_ON:
        raise ResponseNotFound(f"What the response {response_id} goes on from was deleted with its conversation.")
    links = chain_of(owner, response_id, now)
    rest = every_item().join(links, ItemRow.response_id == links.c.id).where(links.c.id != first.id)
    rest = rest.order_by(links.c.distance.desc(), ItemRow.position, ItemRow.number)
    return [*beginning, *map(to_item, await db.execute(rest))]


async def _beginning(db: AsyncConnection, first: Row[Any]) -> list[Item]:
    is_its_own = ItemRow.response_id == first.id
    said = every_item().where(is_its_own).order_by(ItemRow.position, ItemRow.number)
    if first.conversation_id:
        last = select(func.max(ItemRow.position)).where(is_its_own).scalar_subquery()
        said = items_of(first.conversation_id).where(ItemRow.position <= last)
    return [to_item(row) for row in await db.execute(said)]


def every_item() -> Select[*tuple[Any, ...]]:
    """Whosever they are."""
    return select(ItemRow.id, ItemRow.position, ItemRow.created_at, ItemRow.type, ItemRow.body)
