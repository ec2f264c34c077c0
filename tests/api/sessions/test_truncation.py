"""A session whose context is full: an error, or its oldest turns leave the prompt and the answer says so."""

import pytest

from tests.api.ask import HELLO

LONG = [{"role": "user", "content": "One fact is as good as any other. " * 15}]
SYSTEM = {"role": "system", "content": "Your name is Pocket."}
TOOL = {"type": "function", "function": {"name": "get_time", "description": "The time."}}


async def new_session(client, **settings):
    return (await client.post("/v1/sessions", json=settings)).json()["session_id"]


async def say(sdk, session_id, messages, **more):
    """The answer, whole or streamed: what it says of truncation, in its body and in its header, and its tokens."""
    ask = sdk.chat.completions.with_raw_response.create
    asked = {"model": "pocket-chat", "messages": messages, "temperature": 0, "max_tokens": 8, **more}
    raw = await ask(**asked, extra_headers={"X-Session-Id": session_id})
    if more.get("stream"):
        chunks = [chunk async for chunk in raw.parse()]
        told = [chunk.truncated_messages for chunk in chunks if "truncated_messages" in chunk.model_extra]
        usage = chunks[-1].usage
    else:
        completion = raw.parse()
        told, usage = [completion.model_extra.get("truncated_messages", 0)], completion.usage
    return sum(told), int(raw.headers.get("X-Truncated-Messages", 0)), usage


async def texts(client, session_id):
    stored = (await client.get(f"/v1/sessions/{session_id}/messages")).json()["messages"]
    return [message["content"] for message in stored]


async def count(client, messages):
    return (await client.post("/v1/sessions/count-tokens", json={"messages": messages})).json()["token_count"]


@pytest.mark.parametrize("streaming", [{}, {"stream": True, "stream_options": {"include_usage": True}}])
async def test_the_oldest_turns_leave_the_prompt_but_not_the_store(client, sdk, streaming):
    """Every answer says how many messages the model did not read, and is what it would be without them."""
    session_id = await new_session(client, overflow="truncate")
    truncated = []
    for i in range(8):
        in_body, in_header, usage = await say(sdk, session_id, [SYSTEM, *LONG] if i == 0 else LONG, **streaming)
        assert in_body == in_header
        assert usage.prompt_tokens + 8 <= 1024
        truncated.append(in_body)
    stored = (await client.get(f"/v1/sessions/{session_id}/messages")).json()["messages"]
    read = [{"role": one["role"], "content": one["content"]} for one in stored if one["id"] < 1 or one["id"] > in_body]
    stats = (await client.get(f"/v1/sessions/{session_id}")).json()

    assert truncated == sorted(truncated)
    assert (0, True) == (truncated[0], truncated[-1] > 0)
    assert all(number % 2 == 0 for number in truncated)
    assert 17 == stats["message_count"] == len(stored)
    assert SYSTEM["content"] == stored[0]["content"]
    assert await count(client, read) == stats["token_count"]
    assert await count(client, read[:-1]) == usage.prompt_tokens


async def test_room_is_made_for_several_turns_at_once(client, sdk):
    """So that those that follow find in the engine's cache what this one computed."""
    session_id = await new_session(client, overflow="truncate")
    short = [{"role": "user", "content": LONG[0]["content"][:140]}]
    answers = [await say(sdk, session_id, short, max_tokens=16) for _ in range(25)]
    times = len({truncated for truncated, _, _ in answers if truncated})
    found = [usage.prompt_tokens_details.cached_tokens > usage.prompt_tokens / 2 for _, _, usage in answers]

    assert 1 <= times <= 5
    assert 25 - 1 - times <= sum(found)


async def test_an_error_names_both_numbers_and_stores_nothing(client, sdk):
    """It is what happens unless the session says otherwise; and a single turn that is too long is one always."""
    for overflow in ("error", "truncate"):
        session_id = await new_session(client, overflow=overflow)
        await say(sdk, session_id, HELLO)
        before = await texts(client, session_id)
        too_long = [{"role": "user", "content": LONG[0]["content"] * 8}]
        answer = await client.post(
            "/v1/chat/completions", json={"messages": too_long}, headers={"X-Session-Id": session_id}
        )
        error = answer.json()["error"]
        alone = await count(client, too_long)

        assert (400, "context_length_exceeded") == (answer.status_code, error["code"])
        assert "1024 tokens" in error["message"]
        assert (f"resulted in {alone} tokens" in error["message"]) == (overflow == "truncate")
        assert before == await texts(client, session_id)


async def test_what_must_no_longer_be_truncated_is_read_whole_again(client, sdk):
    """Which then is too long, and says so, rather than go on without what had left."""
    session_id = await new_session(client, overflow="truncate")
    for _ in range(5):
        await say(sdk, session_id, LONG)
    await client.patch(f"/v1/sessions/{session_id}", json={"overflow": "error"})
    refused = await client.post("/v1/chat/completions", json={"messages": HELLO}, headers={"X-Session-Id": session_id})
    await client.patch(f"/v1/sessions/{session_id}", json={"overflow": "truncate"})

    assert "context_length_exceeded" == refused.json()["error"]["code"]
    assert (await say(sdk, session_id, HELLO))[0] > 0


async def test_a_call_never_leaves_without_its_result(client, sdk):
    """Not even when the result is what fills the context."""
    session_id = await new_session(client, overflow="truncate")
    await say(sdk, session_id, LONG)
    await say(sdk, session_id, LONG, tools=[TOOL], tool_choice="required", max_tokens=60)
    stored = (await client.get(f"/v1/sessions/{session_id}/messages")).json()["messages"]
    call_id = stored[-1]["tool_calls"][0]["id"]
    result = [{"role": "tool", "tool_call_id": call_id, "content": LONG[0]["content"] * 2}]
    truncated, _, _ = await say(sdk, session_id, result, tools=[TOOL])

    assert 2 == truncated
