"""Sessions over HTTP: a conversation goes on, is counted, and belongs to one key."""

import asyncio

import pytest

FIRST, SECOND = {"role": "user", "content": "Hello!"}, {"role": "user", "content": "Thank you!"}
TOOL = {"type": "function", "function": {"name": "get_time", "description": "The time."}}


@pytest.fixture
async def session_id(client):
    return (await client.post("/v1/sessions")).json()["session_id"]


async def say(client, session_id, *messages, **more):
    body = {"messages": messages, "temperature": 0, **more}
    return await client.post("/v1/chat/completions", json=body, headers={"X-Session-Id": session_id})


async def test_a_new_session_is_empty_and_current(client):
    """Its stats have the original's names and types."""
    created = (await client.post("/v1/sessions", json={"title": "T", "metadata": {"a": 1}})).json()
    stats = (await client.get("/v1/sessions/current")).json()

    assert {"session_id", "max_context", "created_at"} == set(created)
    assert isinstance(created["created_at"], float)
    assert {
        "session_id": created["session_id"],
        "message_count": 0,
        "token_count": 0,
        "max_context": 1024,
        "tokens_remaining": 1024,
        "context_usage": 0.0,
        "created_at": created["created_at"],
        "last_accessed": created["created_at"],
        "title": "T",
        "metadata": {"a": 1},
    } == stats


async def test_a_turn_continues_the_conversation_and_is_stored(client, session_id):
    """The second question is answered as if the whole history had been sent."""
    first = await say(client, session_id, FIRST)
    second = await say(client, session_id, SECOND)
    answer = first.json()["choices"][0]["message"]
    stateless = await client.post("/v1/chat/completions", json={"messages": [FIRST, answer, SECOND], "temperature": 0})
    stored = (await client.get(f"/v1/sessions/{session_id}/messages")).json()

    assert session_id == first.headers["X-Session-Id"]
    assert stateless.json()["choices"] == second.json()["choices"]
    assert stateless.json()["usage"]["prompt_tokens"] == second.json()["usage"]["prompt_tokens"]
    assert ["user", "assistant"] * 2 == [message["role"] for message in stored["messages"]]
    assert (4, answer["content"]) == (stored["message_count"], stored["messages"][1]["content"])


async def test_a_streamed_turn_is_stored_before_it_ends(client, session_id):
    """So that a client may go on at once."""
    answer = await say(client, session_id, FIRST, stream=True)
    stats = (await client.get(f"/v1/sessions/{session_id}")).json()

    assert session_id == answer.headers["X-Session-Id"]
    assert answer.text.endswith("data: [DONE]\n\n")
    assert 2 == stats["message_count"]
    assert stats["token_count"] + stats["tokens_remaining"] == stats["max_context"]
    assert round(stats["token_count"] / 1024, 4) == stats["context_usage"]


async def test_a_turn_that_fails_stores_nothing(client, session_id):
    """The conversation is as it was."""
    await say(client, session_id, FIRST)
    refused = await say(client, session_id, {"role": "user", "content": "word " * 5000})

    assert "context_length_exceeded" == refused.json()["error"]["code"]
    assert 2 == (await client.get(f"/v1/sessions/{session_id}")).json()["message_count"]


async def test_two_turns_at_once_run_one_after_another(connect_to, services, session_id):
    """Neither is lost."""
    client = connect_to(services)
    answers = await asyncio.gather(*(say(client, session_id, FIRST, max_tokens=4) for _ in range(3)))
    stats = (await client.get(f"/v1/sessions/{session_id}")).json()

    assert {200} <= {answer.status_code for answer in answers} <= {200, 409}
    assert 2 * sum(answer.status_code == 200 for answer in answers) == stats["message_count"]


async def test_another_key_sees_no_such_session(connect_to, services, session_id):
    """By any route, and neither does nobody."""
    bob = connect_to(services, key="bobs-key")
    routes = [("GET", ""), ("GET", "/messages"), ("POST", "/load"), ("DELETE", ""), ("PATCH", "")]
    for method, path in routes:
        answer = await bob.request(method, f"/v1/sessions/{session_id}{path}", json={} if method == "PATCH" else None)
        assert (404, "session_not_found") == (answer.status_code, answer.json()["error"]["code"])
    assert 404 == (await say(bob, session_id, FIRST)).status_code
    assert {"sessions": []} == (await bob.get("/v1/sessions")).json()
    assert "No active session" == (await bob.get("/v1/sessions/current")).json()["detail"]


@pytest.mark.parametrize("session_id", ["nonsense", "sess_'; DROP TABLE sessions;--", "%2e%2e%2fetc", "é" * 3000])
async def test_an_id_that_is_none_is_404(client, session_id):
    """Whatever it contains."""
    assert 404 == (await client.get(f"/v1/sessions/{session_id}")).status_code


async def test_sessions_are_listed_loaded_changed_and_deleted(client):
    """Newest access first."""
    one, two = [(await client.post("/v1/sessions")).json()["session_id"] for _ in range(2)]
    await client.post(f"/v1/sessions/{one}/load")
    changed = (await client.patch(f"/v1/sessions/{two}", json={"title": "New"})).json()
    listed = (await client.get("/v1/sessions")).json()["sessions"]
    page = (await client.get(f"/v1/sessions?limit=1&after={one}")).json()["sessions"]

    assert ("New", {}) == (changed["title"], changed["metadata"])
    assert [one, two] == [session["session_id"] for session in listed]
    assert [two] == [session["session_id"] for session in page]
    assert one == (await client.get("/v1/sessions/current")).json()["session_id"]
    assert 200 == (await client.delete(f"/v1/sessions/{one}")).status_code
    assert 404 == (await client.get("/v1/sessions/current")).status_code


async def test_tokens_are_counted_by_the_model_s_own_tokenizer(client):
    """A text as it stands, or a conversation as the model would read it."""
    text = (await client.post("/v1/sessions/count-tokens?text=Hello%20there")).json()
    same = (await client.post("/v1/sessions/count-tokens", json={"text": "Hello there"})).json()
    messages = (await client.post("/v1/sessions/count-tokens", json={"messages": [FIRST]})).json()
    asked = (await client.post("/v1/chat/completions", json={"messages": [FIRST], "max_tokens": 1})).json()

    assert text == same
    assert 11 == text["text_length"]
    assert 0 < text["token_count"] <= 11
    assert asked["usage"]["prompt_tokens"] == messages["token_count"]
    assert 400 == (await client.post("/v1/sessions/count-tokens", json={})).status_code


async def test_tools_are_counted_with_the_conversation(client):
    """As they are in a chat."""
    asked = {"messages": [FIRST], "tools": [TOOL]}
    counted = (await client.post("/v1/sessions/count-tokens", json=asked)).json()
    answer = (await client.post("/v1/chat/completions", json={**asked, "max_tokens": 1})).json()

    assert answer["usage"]["prompt_tokens"] == counted["token_count"]


async def called(client, session_id):
    """The id of a call that the session's first turn made."""
    asked = {"tools": [TOOL], "tool_choice": "required", "include_thinking": True}
    answer = await say(client, session_id, FIRST, **asked)
    return answer.json()["choices"][0]["message"]


async def test_a_call_and_its_reasoning_are_stored_and_a_result_goes_on_from_there(client, session_id):
    """As if the whole history had been sent."""
    message = await called(client, session_id)
    stored = (await client.get(f"/v1/sessions/{session_id}/messages")).json()["messages"]
    result = {"role": "tool", "tool_call_id": message["tool_calls"][0]["id"], "content": "12:00"}
    answer = await say(client, session_id, {"role": "system", "content": "Be brief."}, result, tools=[TOOL])
    history = [{"role": "system", "content": "Be brief."}, FIRST, message, result]
    whole = {"messages": history, "temperature": 0, "tools": [TOOL]}
    stateless = (await client.post("/v1/chat/completions", json=whole)).json()

    assert (message["tool_calls"], message["thinking"]) == (stored[1]["tool_calls"], stored[1]["thinking"])
    assert stateless["choices"] == answer.json()["choices"]
    assert stateless["usage"]["prompt_tokens"] == answer.json()["usage"]["prompt_tokens"]
    roles = [stored["role"] for stored in (await client.get(f"/v1/sessions/{session_id}/messages")).json()["messages"]]
    assert ["system", "user", "assistant", "tool", "assistant"] == roles


async def test_a_stored_call_waits_for_its_result(client, session_id):
    """Nothing else can be said before, and no other result; a refusal stores nothing."""
    await called(client, session_id)
    silent = await say(client, session_id, SECOND)
    wrong = await say(client, session_id, {"role": "tool", "tool_call_id": "call_0", "content": "12:00"})

    assert (400, "messages.[0].role") == (silent.status_code, silent.json()["error"]["param"])
    assert (400, "messages.[0].tool_call_id") == (wrong.status_code, wrong.json()["error"]["param"])
    assert 2 == (await client.get(f"/v1/sessions/{session_id}")).json()["message_count"]


@pytest.mark.parametrize("stream", [False, True])
async def test_a_call_that_was_cut_is_not_waited_for(client, session_id, stream):
    """It can have no result, so the session goes on without it."""
    strings = {"type": "object", "properties": {"a": {"type": "string", "minLength": 900}}, "required": ["a"]}
    tool = {"type": "function", "function": {"name": "keep", "parameters": strings}}
    asked = {"tools": [tool], "tool_choice": "required", "max_tokens": 150, "stream": stream}
    cut = await say(client, session_id, FIRST, **asked)
    stored = (await client.get(f"/v1/sessions/{session_id}/messages")).json()["messages"]

    assert '"finish_reason":"length"' in cut.text
    assert '"name":"keep"' in cut.text
    assert "tool_calls" not in stored[1]
    assert 200 == (await say(client, session_id, SECOND)).status_code


async def test_a_streamed_call_is_stored_too(client, session_id):
    """Whole."""
    streamed = await say(client, session_id, FIRST, tools=[TOOL], tool_choice="required", stream=True)
    stored = (await client.get(f"/v1/sessions/{session_id}/messages")).json()["messages"]
    (call,) = stored[1]["tool_calls"]

    assert f'"id":"{call["id"]}"' in streamed.text
    assert "{}" == call["function"]["arguments"]
