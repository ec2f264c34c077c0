"""Conversations through OpenAI's own client: another view of sessions, item by item."""

import openai
import pytest

from tests.conftest import database_url  # noqa: F401  # on both databases, here

QUESTION = {"role": "user", "content": "What is the weather in Rome?"}
TURN = [
    QUESTION,
    {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "I need a tool."}]},
    {"type": "function_call", "call_id": "call_1", "name": "get_weather", "arguments": '{"city": "Rome"}'},
    {"type": "function_call_output", "call_id": "call_1", "output": "sunny"},
    {"role": "assistant", "content": "It is sunny."},
]
TYPES = ["message", "reasoning", "function_call", "function_call_output", "message"]


async def listed(sdk, conversation, **more):
    return [item async for item in sdk.conversations.items.list(conversation.id, **{"order": "asc", **more})]


async def test_a_conversation_is_made_found_changed_and_deleted(sdk):
    """As OpenAI's client knows it."""
    made = await sdk.conversations.create(metadata={"topic": "tea"})
    found = await sdk.conversations.retrieve(made.id)
    changed = await sdk.conversations.update(made.id, metadata={"topic": "coffee"})
    deleted = await sdk.conversations.delete(made.id)

    assert made == found
    assert ("conversation", {"topic": "coffee"}) == (changed.object, changed.metadata)
    assert ("conversation.deleted", True, made.id) == (deleted.object, deleted.deleted, deleted.id)
    with pytest.raises(openai.NotFoundError) as refused:
        await sdk.conversations.retrieve(made.id)
    assert "conversation_not_found" == refused.value.code


async def test_items_are_added_and_listed_as_they_were(sdk):
    """At the beginning and later, in either order, page by page."""
    conversation = await sdk.conversations.create(items=TURN)
    added = await sdk.conversations.items.create(conversation.id, items=TURN)
    forward = await listed(sdk, conversation, limit=3)
    backward = await listed(sdk, conversation, order="desc", limit=4)

    assert TYPES * 2 == [item.type for item in forward]
    assert [item.id for item in forward] == [item.id for item in backward[::-1]]
    assert [item.id for item in added.data] == [item.id for item in forward[5:]]
    assert ("What is the weather in Rome?", "completed") == (forward[0].content[0].text, forward[0].status)
    assert ("call_1", '{"city": "Rome"}', "sunny") == (forward[2].call_id, forward[2].arguments, forward[3].output)
    assert "I need a tool." == forward[1].content[0].text
    assert ("output_text", "It is sunny.") == (forward[4].content[0].type, forward[4].content[0].text)


async def test_an_item_is_found_and_taken_away_alone(sdk):
    """What is left is the conversation."""
    conversation = await sdk.conversations.create(items=TURN)
    first, *rest = await listed(sdk, conversation)
    found = await sdk.conversations.items.retrieve(first.id, conversation_id=conversation.id)
    left = await sdk.conversations.items.delete(first.id, conversation_id=conversation.id)

    assert (first, conversation) == (found, left)
    assert rest == await listed(sdk, conversation)
    for refused in (
        sdk.conversations.items.retrieve(first.id, conversation_id=conversation.id),
        sdk.conversations.items.delete(first.id, conversation_id=conversation.id),
        sdk.conversations.items.list(conversation.id, after=first.id),
    ):
        with pytest.raises(openai.NotFoundError) as error:
            await refused
        assert "item_not_found" == error.value.code


async def test_reasoning_comes_sealed_where_asked_for(sdk):
    """In lists and alone."""
    conversation = await sdk.conversations.create(items=TURN)
    sealed = ["reasoning.encrypted_content"]
    reasoning = (await listed(sdk, conversation, include=sealed))[1]
    alone = await sdk.conversations.items.retrieve(reasoning.id, conversation_id=conversation.id, include=sealed)

    assert reasoning.encrypted_content
    assert reasoning == alone
    assert not (await listed(sdk, conversation))[1].encrypted_content


async def test_a_session_is_a_conversation(client, sdk):
    """Under the same digits, with the same words."""
    session_id = (await client.post("/v1/sessions", json={"metadata": {"a": "b"}})).json()["session_id"]
    said = {"messages": [{"role": "user", "content": "Hello!"}], "temperature": 0}
    answer = await client.post("/v1/chat/completions", json=said, headers={"X-Session-Id": session_id})
    conversation = await sdk.conversations.retrieve(session_id.replace("sess_", "conv_"))
    question, _, message = await listed(sdk, conversation)

    assert {"a": "b"} == conversation.metadata
    assert "Hello!" == question.content[0].text
    assert answer.json()["choices"][0]["message"]["content"] == message.content[0].text


async def test_a_session_goes_on_from_items(client, sdk):
    """Its messages are what they make up, and it is counted with them."""
    conversation = await sdk.conversations.create(items=TURN)
    session_id = conversation.id.replace("conv_", "sess_")
    stored = (await client.get(f"/v1/sessions/{session_id}/messages")).json()
    said = {"messages": [{"role": "user", "content": "Thank you!"}]}
    answer = await client.post("/v1/chat/completions", json=said, headers={"X-Session-Id": session_id})

    assert ["user", "assistant", "tool", "assistant"] == [message["role"] for message in stored["messages"]]
    assert "I need a tool." == stored["messages"][1]["reasoning"]
    assert 4 == stored["message_count"]
    assert 200 == answer.status_code


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("conversations", {"items": [{"type": "item_reference", "id": "msg_" + "0" * 32}]}, "items"),
        ("responses", {"input": [{"type": "item_reference", "id": "msg_" + "0" * 32}]}, "input"),
        ("responses", {"input": "Hello!", "previous_response_id": "resp_" + "0" * 32}, "previous_response_id"),
    ],
)
async def test_what_is_not_there_is_told_with_the_field_that_named_it(client, path, body, param):
    """Of either API."""
    refused = await client.post(f"/v1/{path}", json=body)

    assert (404, param) == (refused.status_code, refused.json()["error"]["param"])


LONG = {"role": "user", "content": "One fact is as good as any other. " * 24}


async def test_what_must_not_be_truncated_is_read_whole(client, sdk):
    """Though its session has left the oldest turns behind; with `auto`, they are left again."""
    session_id = (await client.post("/v1/sessions", json={"overflow": "truncate"})).json()["session_id"]
    for _ in range(7):
        said = {"messages": [LONG], "max_tokens": 2}
        last = await client.post("/v1/chat/completions", json=said, headers={"X-Session-Id": session_id})
    asked = {"input": "Hello!", "conversation": session_id.replace("sess_", "conv_")}
    counted = [await sdk.responses.input_tokens.count(**asked, truncation=how) for how in ("disabled", "auto")]
    with pytest.raises(openai.BadRequestError) as refused:
        await sdk.responses.create(**asked)
    answered = await sdk.responses.create(**asked, max_output_tokens=2, truncation="auto")

    assert last.json()["truncated_messages"] > 0
    assert counted[0].input_tokens > 1024 > counted[1].input_tokens
    assert ("context_length_exceeded", "input") == (refused.value.code, refused.value.param)
    assert counted[1].input_tokens == answered.usage.input_tokens


async def test_tokens_are_counted_whoever_is_answered(sdk, services):
    """To count takes no turn, and waits for none."""
    conversation = await sdk.conversations.create(items=TURN)
    async with services.turns.turn("alice", conversation.id.replace("conv_", "sess_")):
        counted = await sdk.responses.input_tokens.count(conversation=conversation.id)

    assert counted.input_tokens > 0


@pytest.mark.parametrize("said", [{}, {"input": []}, {"input": [], "instructions": "Be brief."}])
async def test_an_empty_conversation_needs_an_input(client, sdk, said):
    """There would be nothing to answer."""
    asked = {"conversation": (await sdk.conversations.create()).id, **said}
    for path in ("/v1/responses", "/v1/responses/input_tokens"):
        refused = await client.post(path, json=asked)
        assert (400, "input") == (refused.status_code, refused.json()["error"]["param"])


@pytest.mark.parametrize("later", [{"role": "user", "content": "Well?"}, {"role": "assistant", "content": "Well."}])
async def test_a_call_waits_for_its_result_by_either_way(client, sdk, later):
    """Also where items were added behind it; once that has come, both go on."""
    question, _, call, result, _ = TURN
    conversation = await sdk.conversations.create(items=[question, call, later])
    session = {"X-Session-Id": conversation.id.replace("conv_", "sess_")}
    said = {"messages": [{"role": "user", "content": "Thank you!"}], "max_tokens": 2}
    asked = {"conversation": conversation.id, "input": "Thank you!", "max_output_tokens": 2}

    async def statuses():
        ways = {"/v1/chat/completions": said, "/v1/responses": asked}
        return [(await client.post(path, json=body, headers=session)).status_code for path, body in ways.items()]

    before = await statuses()
    await sdk.conversations.items.create(conversation.id, items=[result])

    assert ([400, 400], [200, 200]) == (before, await statuses())


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("", {"items": [QUESTION] * 21}, "items"),
        ("", {"items": [{"role": "user"}]}, "items.0.content"),
        ("", {"metadata": {"a": 1}}, "metadata.a"),
        ("", {"metadata": {str(n): "" for n in range(17)}}, "metadata"),
        ("", {"title": "T"}, "title"),
        ("/{id}", {}, "metadata"),
        ("/{id}/items", {"items": []}, "items"),
        ("/{id}/items", {"items": [{"type": "web_search_call", "id": "ws_1"}]}, "items.0"),
        ("/{id}/items", {"items": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]}, None),
    ],
)
async def test_what_cannot_be_kept_is_refused(client, sdk, path, body, param):
    """With its place."""
    conversation = await sdk.conversations.create()
    refused = await client.post(f"/v1/conversations{path.format(id=conversation.id)}", json=body)

    assert (400, "invalid_request_error") == (refused.status_code, refused.json()["error"]["code"])
    assert param in (None, refused.json()["error"]["param"])
