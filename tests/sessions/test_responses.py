"""Responses in the store: chains of any length, how long they last, and those that are being made."""

import asyncio
import secrets
import time

import pytest
from sqlalchemy import select, text

from deployments.errors import InvalidField, InvalidRequest, ItemNotFound, ResponseNotFound, SessionNotFound
from deployments.sessions.bodies import LOST
from deployments.sessions.items import FunctionCallItem, MessageItem, ReasoningItem
from deployments.sessions.progress import NoLongerWanted, ProgressStore
from deployments.sessions.responses import ResponseStore
from deployments.sessions.sweep import Sweep
from deployments.sessions.tables import ResponseRow

HELLO, HI = MessageItem("user", ("Hello",)), MessageItem("assistant", ("Hi",))


def made(previous=None, status="completed", **more):
    """A response, so far as the store looks at it."""
    response = {"id": f"resp_{secrets.token_hex(16)}", "status": status, "previous_response_id": previous}
    return {"background": False, "output": [], **response, **more}


@pytest.fixture
def responses(database):
    return ResponseStore(database)


@pytest.fixture
def progress(database):
    return ProgressStore(database)


async def chained(store, length, owner="alice"):
    last = None
    for number in range(length):
        response = made(previous=last)
        await store.keep(owner, response, [(None, MessageItem("user", (str(number),))), (None, HI)])
        last = response["id"]
    return last


async def test_a_long_chain_is_read_in_its_order(responses):
    """At once, however many there are."""
    last = await chained(responses, 200)
    began = time.monotonic()
    said = await responses.history("alice", last)

    assert [str(number) for number in range(200)] == [item.content.texts[0] for item in said[::2]]
    assert time.monotonic() - began < 1


async def test_a_chain_is_its_owner_s(responses):
    """Each of its links."""
    foreign = await chained(responses, 1, owner="bob")
    response = made(previous=foreign)
    await responses.keep("alice", response, [(None, HELLO)])

    with pytest.raises(ResponseNotFound):
        await responses.history("alice", response["id"])


async def test_what_goes_on_prolongs_what_it_goes_on_from(database):
    """Not what somebody else goes on from."""
    store = ResponseStore(database, ttl_s=2)
    first, other = await chained(store, 1), await chained(store, 1)
    await asyncio.sleep(1.5)
    second = made(previous=first)
    await store.keep("alice", second, [(None, HELLO)])
    await asyncio.sleep(1)

    assert 3 == len(await store.history("alice", second["id"]))
    with pytest.raises(ResponseNotFound):
        await store.get("alice", other)


async def test_what_goes_on_also_prolongs_what_was_made_when_nothing_had_to_expire(database):
    """So a chain that is in use is still whole once the configuration says for how long anything lasts."""
    last = await chained(ResponseStore(database), 2)
    await asyncio.sleep(2)
    store = ResponseStore(database, ttl_s=2)
    response = made(previous=last)
    await store.keep("alice", response, [(None, HELLO)])
    await Sweep(database, every_s=60, ttl_s=2).sweep()

    assert 5 == len(await store.history("alice", response["id"]))


@pytest.mark.parametrize("status", ["failed", "cancelled"])
async def test_nothing_goes_on_from_what_did_not_end_well(responses, status):
    """And the error says so."""
    response = made(status=status)
    await responses.keep("alice", response, [])

    with pytest.raises(InvalidField, match=f"is {status}"):
        await responses.history("alice", response["id"])


async def test_items_of_any_kind_come_back_as_they_were(responses):
    """With the ids by which their client knows them."""
    contents = [
        HELLO,
        ReasoningItem(("Hm.",), ("Thinks.",)),
        FunctionCallItem("call_1", "f", "{}"),
        MessageItem("user", ()),
    ]
    ids = [f"msg_{secrets.token_hex(16)}" for _ in contents]
    response = made()
    await responses.keep("alice", response, list(zip(ids, contents, strict=True)))
    said = await responses.history("alice", response["id"])

    assert list(zip(ids, contents, strict=True)) == [(item.id, item.content) for item in said]
    assert dict(zip(ids, contents, strict=True)) == await responses.items("alice", ids, param="input")


async def test_many_items_may_be_named_at_once(responses):
    """More than fit into one question to a database; the one that is not there is named."""
    last = await chained(responses, 1)
    ids = [item.id for item in await responses.history("alice", last)]
    found = await responses.items("alice", ids * 20_000, param="input")
    unknown = f"msg_{'0' * 32}"

    assert [HI.texts] == [content.texts for content in found.values() if content.role == "assistant"]
    with pytest.raises(ItemNotFound, match=unknown):
        await responses.items("alice", [*ids * 20_000, unknown], param="input")


async def test_what_is_kept_is_there_at_once_or_not_at_all(responses, database):
    """Also where one of its items cannot be. The error, which may be logged, repeats nothing of it."""
    item_id = f"msg_{secrets.token_hex(16)}"
    response = made()
    with pytest.raises(Exception, match=r"(?i)unique") as error:
        await responses.keep("alice", response, [(item_id, HELLO), (item_id, HI)])

    assert HELLO.texts[0] not in str(error.value)
    with pytest.raises(ResponseNotFound):
        await responses.get("alice", response["id"])


async def test_a_conversation_deleted_while_it_is_answered_stays_deleted(responses, progress, store, turns):
    """Whoever would have kept the answer in it is told so, in the background too, and nothing is kept."""
    waited, queued = made(), made(status="queued", background=True)
    await progress.begin("alice", queued, [])
    for response in (waited, queued | {"status": "completed"}):
        session = await store.create("alice", {})
        async with turns.turn("alice", session.id) as turn:
            await store.delete("alice", session.id)
            with pytest.raises(SessionNotFound):
                await responses.keep("alice", response, [(None, HELLO), (None, HI)], turn=turn)

    with pytest.raises(ResponseNotFound):
        await responses.get("alice", waited["id"])
    assert "queued" == (await responses.get("alice", queued["id"]))["status"]


async def test_progress_is_told_and_ends(responses, progress):
    """From any event on; what it comes to is kept as any other."""
    response = made(status="queued", background=True)
    await progress.begin("alice", response, [(0, "created")])
    await progress.tell(response["id"], [(1, "delta"), (2, "delta")])
    now, told = await progress.told("alice", response["id"], after=0)
    done = response | {"status": "completed"}
    await responses.keep("alice", done, [(None, HELLO)], events=[(3, "completed")])
    after, rest = await progress.told("alice", response["id"], after=2)

    assert ("in_progress", [1, 2]) == (now["status"], [number for number, _ in told])
    assert (done, [(3, "completed")]) == (after, rest)
    assert 1 == len(await responses.history("alice", response["id"]))


async def test_what_was_asked_is_there_from_the_beginning_on(responses, progress, store, turns):
    """As its own, until the answer has come; then once, and where it belongs."""
    session = await store.create("alice", {})
    response = made(status="queued", background=True)
    await progress.begin("alice", response, [], [(None, HELLO)])
    begun = await responses.input_items("alice", response["id"], limit=9)
    async with turns.turn("alice", session.id) as turn:
        before = turn.history
        done = response | {"status": "completed"}
        await responses.keep("alice", done, [(None, HELLO), (None, HI)], turn=turn)

    assert () == before
    assert [HELLO] == [item.content for item in begun]
    assert ["Hello", "Hi"] == [stored.message.content for stored in await store.messages("alice", session.id)]
    assert 2 == len(await responses.history("alice", response["id"]))


async def test_what_is_told_of_a_response_counts_to_its_last_byte(responses, progress, database):
    """Whenever it is told: as it begins, in between and at the end."""
    plain, told = (made(status="queued", background=True) for _ in range(2))
    for response, event in ((plain, ""), (told, "\N{ROCKET}" * 25)):
        await progress.begin("alice", response, [(0, event)])
        await progress.tell(response["id"], [(1, event)])
        await responses.keep("alice", response | {"status": "completed"}, [], events=[(2, event)])

    async def size_bytes(db, response):
        return await db.scalar(select(ResponseRow.size_bytes).where(ResponseRow.id == response["id"]))

    sizes = [await database.read(lambda db, one=one: size_bytes(db, one)) for one in (told, plain)]
    assert 300 == sizes[0] - sizes[1]


async def test_who_works_on_what_was_cancelled_hears_of_it(responses, progress):
    """And nothing that comes later is kept, nor after it was deleted."""
    for stop in (lambda one: progress.cancel("alice", one, written), lambda one: responses.delete("alice", one)):
        response = made(status="queued", background=True)
        await progress.begin("alice", response, [])
        await stop(response["id"])
        with pytest.raises(NoLongerWanted):
            await progress.tell(response["id"])
        with pytest.raises(NoLongerWanted):
            await responses.keep("alice", response | {"status": "completed"}, [(None, HELLO)])


def written(response, events):
    """What a client of the API would be shown of them."""
    return [{"events": len(events)}]


async def test_what_was_written_is_kept_with_what_was_cancelled(responses, progress):
    """All that was told until then."""
    response = made(status="queued", background=True)
    await progress.begin("alice", response, [(0, "created")])
    await progress.tell(response["id"], [(1, "delta")])
    cancelled = await progress.cancel("alice", response["id"], written)

    assert response | {"status": "cancelled", "output": [{"events": 2}]} == cancelled
    assert cancelled == await responses.get("alice", response["id"])


async def test_only_what_is_made_in_the_background_is_cancelled(responses, progress):
    """What has ended stays as it is."""
    response = made()
    await responses.keep("alice", response, [])
    with pytest.raises(InvalidRequest):
        await progress.cancel("alice", response["id"], written)
    with pytest.raises(ResponseNotFound):
        await progress.cancel("bob", response["id"], written)


async def test_what_nobody_works_on_has_failed(responses, progress, monkeypatch):
    """Until somebody says that they do."""
    monkeypatch.setattr("deployments.sessions.progress.ALIVE_S", -1.0)
    response = made(status="queued", background=True)
    await progress.begin("alice", response, [])
    lost = await responses.get("alice", response["id"])
    monkeypatch.undo()
    await progress.tell(response["id"])

    assert ("failed", LOST) == (lost["status"], lost["error"])
    assert "queued" == (await responses.get("alice", response["id"]))["status"]


async def test_events_leave_with_their_response(responses, progress, database):
    """Nothing is left of it."""
    response = made(status="queued", background=True)
    await progress.begin("alice", response, [(0, "created")])
    await responses.delete("alice", response["id"])

    async def left(db):
        return await db.scalar(text("SELECT count(*) FROM response_events"))

    assert 0 == await database.read(left)
