"""Responses that are made in the background, in SQL: begun, told of, cancelled. Whoever works on one says so."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Update, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deployments.errors import InvalidRequest
from deployments.sessions.added import Said, add_items, said_rows
from deployments.sessions.bodies import RUNNING, body_of, response_row, to_json
from deployments.sessions.chains import owned_response
from deployments.sessions.database import Database, reading, writing
from deployments.sessions.tables import EventRow, ItemRow, ResponseRow

Event = tuple[int, str]  # with its number
OutputOf = Callable[[Mapping[str, Any], Sequence[str]], list[dict[str, Any]]]  # what a response has told in its events

ALIVE_S = 15.0  # without a word for so long, nobody works on it any more
MOST_EVENTS = 1000  # read at once


class NoLongerWanted(Exception):
    """The response was cancelled or deleted, so nothing of it is kept."""


class ProgressStore:
    """Each method is one transaction."""

    def __init__(self, database: Database, *, ttl_s: float | None = None) -> None:
        self.database = database
        self._ttl_s = ttl_s

    @writing
    async def begin(
        self,
        db: AsyncConnection,
        owner: str,
        response: Mapping[str, Any],
        events: Sequence[Event],
        asked: Sequence[Said] = (),
    ) -> None:
        """What it was `asked` is its own, until what it comes to takes the place of that."""
        row = response_row(owner, response, self._ttl_s) | {"alive_until": time.time() + ALIVE_S}
        await db.execute(insert(ResponseRow), row)
        await add_events(db, response["id"], events)
        await add_items(db, said_rows(asked, 1, response_id=response["id"]))

    @writing
    async def tell(self, db: AsyncConnection, response_id: str, events: Sequence[Event] = ()) -> None:
        """That it is being worked on, and what its stream has told. Raises NoLongerWanted."""
        alive = _of_running(response_id).values(alive_until=time.time() + ALIVE_S)
        await require_wanted(db, alive.values(status="in_progress") if events else alive)
        await add_events(db, response_id, events)

    @writing
    async def cancel(self, db: AsyncConnection, owner: str, response_id: str, output_of: OutputOf) -> dict[str, Any]:
        """The response as it is then; one that has ended stays so. Raises ResponseNotFound, and InvalidRequest."""
        response = body_of(await owned_response(db, owner, response_id))
        if not response["background"]:
            raise InvalidRequest("Only a response that is made in the background can be cancelled.")
        stop = _of_running(response_id).values(status="cancelled").returning(ResponseRow.id)
        if response["status"] in RUNNING and await db.scalar(stop):  # from here on, nothing more is told
            told = select(EventRow.event).where(EventRow.response_id == response_id).order_by(EventRow.number)
            output = output_of(response, list(await db.scalars(told)))
            body = to_json(response | {"status": "cancelled", "output": output})
            await db.execute(update(ResponseRow).where(ResponseRow.id == response_id).values(body=body))
        return body_of(await owned_response(db, owner, response_id))

    @reading
    async def told(
        self, db: AsyncConnection, owner: str, response_id: str, after: int
    ) -> tuple[dict[str, Any], list[Event]]:
        """The response, and events that followed the one with this number. Raises ResponseNotFound."""
        response = body_of(await owned_response(db, owner, response_id))
        later = (EventRow.response_id == response_id) & (EventRow.number > after)
        query = select(EventRow.number, EventRow.event).where(later).order_by(EventRow.number).limit(MOST_EVENTS)
        return response, [(row.number, row.event) for row in await db.execute(query)]


async def end(db: AsyncConnection, row: Mapping[str, Any]) -> None:
    """The row of a response that was begun here becomes what it came to. Raises NoLongerWanted."""
    size_bytes = ResponseRow.size_bytes + row["size_bytes"]
    values = {"status": row["status"], "body": row["body"], "size_bytes": size_bytes}
    await require_wanted(db, _of_running(row["id"]).values(values | {"conversation_id": row["conversation_id"]}))
    await db.execute(delete(ItemRow).where(ItemRow.response_id == row["id"]))


async def add_events(db: AsyncConnection, response_id: str, events: Sequence[Event]) -> None:
    """They count as part of what the response takes."""
    if events:
        rows = [{"response_id": response_id, "number": number, "event": event} for number, event in events]
        await db.execute(insert(EventRow), rows)
        size_bytes = ResponseRow.size_bytes + sum(len(event.encode()) for _, event in events)
        await db.execute(update(ResponseRow).where(ResponseRow.id == response_id).values(size_bytes=size_bytes))


async def require_wanted(db: AsyncConnection, change: Update) -> None:
    if await db.scalar(change.returning(ResponseRow.id)) is None:
        raise NoLongerWanted


def _of_running(response_id: str) -> Update:
    is_running = (ResponseRow.id == response_id) & ResponseRow.status.in_(RUNNING)
    return update(ResponseRow).where(is_running)
