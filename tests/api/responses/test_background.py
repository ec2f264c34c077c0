"""Responses in the background: nobody need wait, anyone may follow, from any event on, through any process."""

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace

import openai
import pytest

from deployments.api.background import Background
from deployments.sessions import bodies
from tests.api.responses.ask import EVENT, GREEDY, HELLO, respond, said_by
from tests.api.responses.test_stream import LONG, text_of


class Watched:
    """The chat model, and how many answers it is giving."""

    def __init__(self, chat):
        self._chat = chat
        self.answers = 0

    def __getattr__(self, name):
        return getattr(self._chat, name)

    async def stream(self, request, form, affinity):
        self.answers += 1
        try:
            async with aclosing(self._chat.stream(request, form, affinity)) as items:
                async for item in items:
                    yield item
        finally:
            self.answers -= 1

    async def until(self, answers):
        async with asyncio.timeout(30):
            while self.answers != answers:
                await asyncio.sleep(0.02)


@pytest.fixture
def services(services):
    return replace(services, chat=Watched(services.chat))


async def ended(sdk, response_id):
    """As it is once it is no longer being made."""
    async with asyncio.timeout(30):
        while (response := await sdk.responses.retrieve(response_id)).status in ("queued", "in_progress"):
            await asyncio.sleep(0.02)
        return response


async def followed(sdk, response_id, **more):
    return [event async for event in await sdk.responses.retrieve(response_id, stream=True, **more)]


async def test_it_is_queued_and_then_as_any_other(sdk):
    """With the same answer, from which one may go on."""
    queued = await respond(sdk, background=True)
    response, usual = await ended(sdk, queued.id), await respond(sdk)

    assert ("queued", [], True) == (queued.status, queued.output, queued.background)
    assert ("completed", True) == (response.status, response.background)
    assert said_by(usual) == said_by(response)
    assert said_by(await respond(sdk, "Thank you!", previous_response_id=usual.id)) == said_by(
        await respond(sdk, "Thank you!", previous_response_id=response.id)
    )


async def test_its_stream_is_whole_and_goes_on_from_any_event(sdk):
    """What is told later is what was told first."""
    told = [event async for event in await sdk.responses.create(input=HELLO, background=True, stream=True, **GREEDY)]
    again = await followed(sdk, told[0].response.id)
    rest = await followed(sdk, told[0].response.id, starting_after=4)

    assert list(range(len(told))) == [event.sequence_number for event in told]
    assert ["response.created", "response.queued", "response.in_progress"] == [event.type for event in told[:3]]
    assert ("response.completed", "completed") == (told[-1].type, told[-1].response.status)
    assert told == again
    assert told[5:] == rest
    assert [] == await followed(sdk, told[0].response.id, starting_after=told[-1].sequence_number)
    for event in told:
        EVENT.validate_python(event.to_dict(), strict=True)


async def test_who_leaves_its_stream_may_come_back(served):
    """It goes on meanwhile."""
    stream = await served.responses.create(input=HELLO, background=True, stream=True, **GREEDY)
    first = await anext(aiter(stream))
    await stream.close()
    rest = await followed(served, first.response.id, starting_after=first.sequence_number)

    assert "response.completed" == rest[-1].type
    assert list(range(1, len(rest) + 1)) == [event.sequence_number for event in rest]


async def test_a_cancelled_one_stops_and_its_stream_ends(sdk, services):
    """Once, and for good; the model's place is free again."""
    queued = await respond(sdk, background=True, **LONG)
    follower = asyncio.create_task(followed(sdk, queued.id))
    while (await sdk.responses.retrieve(queued.id)).status == "queued":
        await asyncio.sleep(0.05)
    cancelled = await sdk.responses.cancel(queued.id)
    told = await follower
    await services.chat.until(answers=0)

    assert "cancelled" == cancelled.status
    assert "response.completed" not in {event.type for event in told}
    assert "".join(text_of(item) for item in cancelled.output) == "".join(
        event.delta for event in told if event.type.endswith("_text.delta")
    )
    assert cancelled == await sdk.responses.cancel(queued.id) == await sdk.responses.retrieve(queued.id)
    with pytest.raises(openai.BadRequestError, match="is cancelled"):
        await respond(sdk, "Go on.", previous_response_id=queued.id)


async def test_another_process_may_cancel_it(sdk, connect_to, services):
    """The one that works on it notices."""
    queued = await respond(sdk, background=True, **LONG)
    other = replace(services, background=Background(services.background.progress))
    client = connect_to(other)
    await services.chat.until(answers=1)
    assert "cancelled" == (await client.post(f"/v1/responses/{queued.id}/cancel")).json()["status"]
    await services.chat.until(answers=0)

    assert "cancelled" == (await sdk.responses.retrieve(queued.id)).status


async def test_what_has_ended_stays_so(sdk):
    """And what was never in the background cannot be cancelled."""
    done = await ended(sdk, (await respond(sdk, background=True)).id)
    with pytest.raises(openai.BadRequestError, match="made in the background"):
        await sdk.responses.cancel((await respond(sdk)).id)

    assert done == await sdk.responses.cancel(done.id)


async def test_what_its_process_loses_has_failed(sdk, services, monkeypatch):
    """So says whoever is asked for it, and its stream ends with that."""
    progress = services.background.progress
    monkeypatch.setattr("deployments.sessions.progress.ALIVE_S", -1.0)
    response = {
        "id": "resp_" + "0" * 32, "status": "in_progress", "background": True, "previous_response_id": None,
        "output": [], "error": None, "object": "response", "created_at": int(time.time()), "model": "pocket-chat",
        "tools": [], "tool_choice": "auto", "parallel_tool_calls": True,
    }  # fmt: skip
    await progress.begin("alice", response, [])
    found = await sdk.responses.retrieve(response["id"])
    with pytest.raises(openai.APIError, match="was lost"):
        await followed(sdk, response["id"])

    assert ("failed", bodies.LOST["message"]) == (found.status, found.error.message)


async def test_what_fails_is_found_as_failed(sdk):
    """With the reason, and in its stream too."""
    failed = await ended(sdk, (await respond(sdk, "word " * 5000, background=True)).id)

    assert ("failed", "invalid_prompt") == (failed.status, failed.error.code)
    assert "maximum context length" in failed.error.message
    with pytest.raises(openai.APIError, match="maximum context length"):
        await followed(sdk, failed.id)


@pytest.mark.parametrize("where", ["alone", "chain", "conversation"])
async def test_what_it_was_asked_is_listed_from_the_beginning_on(sdk, services, where):
    """And when it was cancelled, too."""
    asked, read = {}, ["user"]
    if where == "chain":
        asked, read = {"previous_response_id": (await respond(sdk)).id}, ["user", "reasoning", "assistant", "user"]
    if where == "conversation":
        asked = {"conversation": (await sdk.conversations.create()).id}
    queued = await respond(sdk, background=True, **LONG, **asked)
    begun = await sdk.responses.input_items.list(queued.id, order="asc")
    await sdk.responses.cancel(queued.id)
    cancelled = await sdk.responses.input_items.list(queued.id, order="asc")

    assert read == [getattr(item, "role", item.type) for item in begun.data]
    assert begun.data == cancelled.data


async def test_what_fails_was_asked_something_all_the_same(sdk):
    """Even nothing but to go on."""
    failed = await ended(sdk, (await respond(sdk, "word " * 5000, background=True)).id)
    conversation = await sdk.conversations.create(items=[{"role": "user", "content": "word " * 5000}])
    silent = await ended(sdk, (await respond(sdk, [], conversation=conversation.id, background=True)).id)

    assert ["user"] == [item.role for item in (await sdk.responses.input_items.list(failed.id)).data]
    assert ("failed", []) == (silent.status, (await sdk.responses.input_items.list(silent.id)).data)


async def test_what_cannot_begin_is_refused_at_once(sdk):
    """Rather than fail later."""
    for asked, code in (
        ({"previous_response_id": "resp_" + "0" * 32}, "response_not_found"),
        ({"conversation": "conv_" + "0" * 32}, "conversation_not_found"),
        ({"tool_choice": "required"}, "invalid_request_error"),
        ({"store": False}, "invalid_request_error"),
    ):
        with pytest.raises(openai.APIStatusError) as refused:
            await respond(sdk, background=True, **asked)
        assert code == refused.value.code


async def test_a_deleted_one_is_made_no_longer(sdk, services):
    """And leaves nothing."""
    queued = await respond(sdk, background=True, **LONG)
    await services.chat.until(answers=1)
    await sdk.responses.delete(queued.id)
    await services.chat.until(answers=0)

    with pytest.raises(openai.NotFoundError):
        await sdk.responses.retrieve(queued.id)


async def test_its_conversation_takes_it_in(sdk):
    """In its turn."""
    conversation = await sdk.conversations.create()
    queued = await respond(sdk, background=True, conversation=conversation.id)
    response = await ended(sdk, queued.id)
    items = [item.id async for item in sdk.conversations.items.list(conversation.id)]

    assert {item.id for item in response.output} <= set(items)


async def test_a_conversation_may_be_deleted_meanwhile(sdk, services):
    """Whoever waits for the answer is told so, and so is whoever asks for it later."""
    waited, queued = await sdk.conversations.create(), await sdk.conversations.create()
    waiting = asyncio.create_task(respond(sdk, conversation=waited.id, **LONG))
    await services.chat.until(answers=1)
    await sdk.conversations.delete(waited.id)
    with pytest.raises(openai.NotFoundError) as refused:
        await waiting
    response = await respond(sdk, conversation=queued.id, background=True, **LONG)
    await services.chat.until(answers=1)
    await sdk.conversations.delete(queued.id)
    failed = await ended(sdk, response.id)

    assert "conversation_not_found" == refused.value.code
    assert ("failed", f"Conversation with id {queued.id!r} not found.") == (failed.status, failed.error.message)


async def test_only_what_is_made_in_the_background_is_streamed_again(sdk):
    """Of others, nobody wrote down what was told."""
    with pytest.raises(openai.BadRequestError) as refused:
        await followed(sdk, (await respond(sdk)).id)

    assert "stream" == refused.value.param
