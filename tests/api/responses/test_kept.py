"""Responses that are kept: found again, gone on from, deleted, and their owner's alone."""

import asyncio

import openai
import pytest

from tests.api.ask import greedy
from tests.api.responses.ask import GREEDY, HELLO, events, respond, said_by
from tests.conftest import database_url  # noqa: F401  # on both databases, here


async def listed(page):
    return [item async for item in page]


def text_of(item):
    return "".join(part.text for part in item.content)


async def test_a_response_is_found_as_it_was_answered(sdk):
    """Byte by byte."""
    response = await respond(sdk, metadata={"a": "b"}, instructions="Be brief.")

    assert response.to_dict() == (await sdk.responses.retrieve(response.id)).to_dict()


async def test_a_chain_goes_on_as_if_all_of_it_had_been_sent(sdk):
    """Over several responses, and from any of them."""
    first = await respond(sdk, "My name is Ada.")
    second = await respond(sdk, "Thank you!", previous_response_id=first.id)
    third = await respond(sdk, "What is my name?", previous_response_id=second.id)
    branch = await respond(sdk, "What is my name?", previous_response_id=first.id)
    said = ["My name is Ada.", first.output_text, "Thank you!", second.output_text, "What is my name?"]
    roles = ["user", "assistant"] * 3
    chat = await greedy(sdk, [{"role": role, "content": text} for role, text in zip(roles, said, strict=False)])

    assert chat.choices[0].message.content == third.output_text
    assert chat.usage.prompt_tokens == third.usage.input_tokens > branch.usage.input_tokens
    assert second.id == third.previous_response_id


async def test_what_was_said_before_an_answer_is_listed_page_by_page(sdk):
    """Newest first, unless asked otherwise; what came with earlier responses too."""
    first = await respond(sdk, [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": HELLO}])
    second = await respond(sdk, "Thank you!", previous_response_id=first.id)
    forward = await listed(sdk.responses.input_items.list(second.id, order="asc", limit=2))
    backward = await listed(sdk.responses.input_items.list(second.id, limit=1))

    assert ["message", "message", "reasoning", "message", "message"] == [item.type for item in forward]
    assert ["Be brief.", HELLO, first.output_text, "Thank you!"] == [text_of(i) for i in forward if i.type == "message"]
    assert [item.id for item in forward] == [item.id for item in backward[::-1]]
    assert {item.id for item in first.output} <= {item.id for item in forward}


async def test_a_response_that_is_not_stored_leaves_nothing(sdk, services):
    """Neither itself nor its input."""
    response = await respond(sdk, store=False)
    last = (await events(sdk, store=False))[-1].response

    for gone in (response.id, last.id):
        with pytest.raises(openai.NotFoundError):
            await sdk.responses.retrieve(gone)
    assert [0, 0] == [await rows(services, table) for table in ("responses", "items")]


async def rows(services, table):
    from sqlalchemy import text

    async def count(db):
        return await db.scalar(text(f"SELECT count(*) FROM {table}"))

    return await services.sessions.database.read(count)


async def test_a_deleted_response_is_gone_with_what_was_said(sdk, services):
    """And what went on from it cannot go on."""
    first = await respond(sdk)
    second = await respond(sdk, "Thank you!", previous_response_id=first.id)
    await sdk.responses.delete(first.id)

    with pytest.raises(openai.NotFoundError) as refused:
        await sdk.responses.retrieve(first.id)
    assert "response_not_found" == refused.value.code
    with pytest.raises(openai.NotFoundError):
        await respond(sdk, "And?", previous_response_id=second.id)
    await sdk.responses.delete(second.id)
    assert [0, 0] == [await rows(services, table) for table in ("responses", "items")]


async def test_an_item_may_be_named_by_its_id(sdk):
    """It is read as if it had been sent."""
    first = await respond(sdk)
    reference = {"type": "item_reference", "id": first.output[-1].id}
    named = await respond(sdk, [{"role": "user", "content": HELLO}, reference, {"role": "user", "content": "Thanks!"}])
    said = {"role": "assistant", "content": first.output_text}
    sent = await respond(sdk, [{"role": "user", "content": HELLO}, said, {"role": "user", "content": "Thanks!"}])

    assert said_by(named) == said_by(sent)
    for unknown in ("msg_" + "0" * 32, ""):
        with pytest.raises(openai.NotFoundError) as refused:
            await respond(sdk, [{"type": "item_reference", "id": unknown}])
        assert ("item_not_found", "input") == (refused.value.code, refused.value.param)


async def test_a_conversation_takes_in_what_is_asked_and_answered(sdk):
    """And its next response goes on from there."""
    conversation = await sdk.conversations.create()
    first = await respond(sdk, "My name is Ada.", conversation=conversation.id)
    second = await respond(sdk, "Thank you!", conversation={"id": conversation.id})
    chained = await respond(sdk, "My name is Ada.")
    chained = await respond(sdk, "Thank you!", previous_response_id=chained.id)
    items = await listed(sdk.conversations.items.list(conversation.id, order="asc"))

    assert said_by(second) == said_by(chained)
    assert conversation.id == first.conversation.id
    assert ["user", "assistant", "user", "assistant"] == [item.role for item in items if item.type == "message"]
    assert {item.id for response in (first, second) for item in response.output} <= {item.id for item in items}
    assert [item.id for item in items[: -len(second.output)]] == [
        item.id for item in await listed(sdk.responses.input_items.list(second.id, order="asc"))
    ]


async def test_a_chain_may_leave_a_conversation(sdk):
    """What was said in it up to there goes on; the conversation does not take in the rest."""
    conversation = await sdk.conversations.create(items=[{"role": "user", "content": "My name is Ada."}])
    first = await respond(sdk, HELLO, conversation=conversation.id)
    await respond(sdk, "Something else.", conversation=conversation.id)
    left = await respond(sdk, "Thank you!", previous_response_id=first.id)
    read = await listed(sdk.responses.input_items.list(left.id, order="asc"))

    assert ["My name is Ada.", HELLO, first.output_text, "Thank you!"] == [
        text_of(i) for i in read if i.type == "message"
    ]
    await sdk.conversations.delete(conversation.id)
    with pytest.raises(openai.NotFoundError, match="was deleted"):
        await respond(sdk, "And?", previous_response_id=first.id)


async def test_a_conversation_keeps_what_is_not_stored_as_a_response(sdk):
    """`store` is about the response."""
    conversation = await sdk.conversations.create()
    response = await respond(sdk, conversation=conversation.id, store=False)

    assert {item.id for item in response.output} <= {
        item.id for item in await listed(sdk.conversations.items.list(conversation.id))
    }
    with pytest.raises(openai.NotFoundError):
        await sdk.responses.retrieve(response.id)


async def test_a_failed_response_leaves_its_conversation_as_it_was(sdk):
    """It may be asked again."""
    conversation = await sdk.conversations.create()
    with pytest.raises(openai.BadRequestError):
        await respond(sdk, "word " * 5000, conversation=conversation.id)

    assert [] == await listed(sdk.conversations.items.list(conversation.id))


async def test_responses_of_one_conversation_come_one_after_another(sdk):
    """Or are told that it is busy; none is lost, and none is mixed with another."""
    conversation = await sdk.conversations.create()
    many = [respond(sdk, f"{n} + {n}", conversation=conversation.id, max_output_tokens=8) for n in range(4)]
    done = [r for r in await asyncio.gather(*many, return_exceptions=True) if not isinstance(r, openai.ConflictError)]
    items = await listed(sdk.conversations.items.list(conversation.id, order="asc"))

    assert done
    assert len(done) == len([item for item in items if item.type == "message" and item.role == "user"])
    assert {item.id for response in done for item in response.output} <= {item.id for item in items}


async def test_another_key_sees_nothing(sdk, connect_to, services):
    """By any route, neither responses nor conversations nor items."""
    response, conversation = await respond(sdk), await sdk.conversations.create()
    bob = openai.AsyncOpenAI(
        base_url="http://workbench.test/v1", api_key="bobs-key", http_client=connect_to(services, key="bobs-key")
    )
    item = {"type": "item_reference", "id": response.output[0].id}
    for refused, code in (
        (bob.responses.retrieve(response.id), "response_not_found"),
        (bob.responses.delete(response.id), "response_not_found"),
        (bob.responses.cancel(response.id), "response_not_found"),
        (bob.responses.input_items.list(response.id), "response_not_found"),
        (respond(bob, previous_response_id=response.id), "response_not_found"),
        (respond(bob, conversation=conversation.id), "conversation_not_found"),
        (respond(bob, [item]), "item_not_found"),
        (bob.conversations.retrieve(conversation.id), "conversation_not_found"),
        (bob.conversations.items.list(conversation.id), "conversation_not_found"),
        (bob.conversations.delete(conversation.id), "conversation_not_found"),
    ):
        with pytest.raises(openai.NotFoundError) as error:
            await refused
        assert code == error.value.code


class Listening:
    """The chat model, and which conversations it was asked to be at home with."""

    def __init__(self, chat):
        self._chat = chat
        self.affinities = []

    def __getattr__(self, name):
        return getattr(self._chat, name)

    def stream(self, request, form, affinity):
        self.affinities.append(affinity)
        return self._chat.stream(request, form, affinity)


async def test_what_goes_on_comes_home(connect_to, services):
    """A chain has one affinity, and so has a conversation: its session's."""
    chat = Listening(services.chat)
    client = connect_to(services, chat=chat)
    sdk = openai.AsyncOpenAI(base_url="http://workbench.test/v1", api_key="alices-key", http_client=client)
    first = await respond(sdk)
    await respond(sdk, "Thank you!", previous_response_id=first.id)
    other = await respond(sdk, "Something else.")
    conversation = await sdk.conversations.create()
    await respond(sdk, conversation=conversation.id)

    assert other.id
    assert chat.affinities[0] == chat.affinities[1] != chat.affinities[2]
    assert conversation.id.replace("conv_", "sess_") == chat.affinities[3]


async def test_what_goes_on_finds_what_was_computed(sdk):
    """All that the responses before it have read is in the cache."""
    first = await respond(sdk, "Tell me of mountains.")
    second = await respond(sdk, "Thank you!", previous_response_id=first.id)

    assert second.usage.input_tokens_details.cached_tokens >= first.usage.input_tokens - 1


@pytest.mark.parametrize(
    "name", ["resp_1", "resp_' OR 1=1 --", "%2e%2e%2fetc%2fpasswd", "\0", "é" * 3000, "resp_" + "A" * 32]
)
async def test_an_id_that_is_none_is_404(client, name):
    """Whatever it contains."""
    asked = {"input": HELLO, **GREEDY}
    for answer in (
        await client.get("/v1/responses/" + name.replace("\0", "%00")),
        await client.post("/v1/responses", json=asked | {"previous_response_id": name}),
        await client.post("/v1/responses", json=asked | {"conversation": name}),
        await client.get("/v1/conversations/" + name.replace("\0", "%00")),
        await client.post("/v1/responses", json={"input": [{"type": "item_reference", "id": name}]}),
    ):
        assert 404 == answer.status_code
