"""Sessions over HTTP: a conversation goes on, is counted, and belongs to one key."""

import asyncio
import json

import pytest

from deployments.api.openai.local_chat import LocalChat
from tests.api.sessions.ask import FIRST, SECOND, TOOL, called, messages_of, say

JSON = {"Content-Type": "application/json"}


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


@pytest.mark.parametrize(
    ("query", "body", "param", "named"),
    [
        ("?text=hi", {"messages": [FIRST]}, "text", "text in the query, messages"),
        ("?text=hi", {"text": "Hello"}, "text", "text in the query, text in the body"),
        ("", {"text": "hi", "messages": [FIRST]}, "text", "text in the body, messages"),
        ("", {"text": "hi", "tools": [TOOL]}, "tools", "tools"),
        ("", {"tools": [TOOL]}, "text", "messages"),
    ],
)
async def test_one_thing_is_counted_at_a_time(client, query, body, param, named):
    """Rather than one of two, without a word of the other."""
    refused = await client.post(f"/v1/sessions/count-tokens{query}", json=body)

    assert (400, param) == (refused.status_code, refused.json()["error"]["param"])
    assert named in refused.json()["error"]["message"]


async def test_half_of_a_surrogate_pair_is_listed_as_it_was_said(client, session_id):
    """JSON can say it; UTF-8 cannot."""
    said = json.dumps({"messages": [FIRST | {"content": "a\ud83db"}], "max_tokens": 2})
    await client.post("/v1/chat/completions", content=said, headers=JSON | {"X-Session-Id": session_id})

    assert "a\ud83db" == (await messages_of(client, session_id))[0]["content"]


async def test_tools_are_counted_with_the_conversation(client):
    """As they are in a chat."""
    asked = {"messages": [FIRST], "tools": [TOOL]}
    counted = (await client.post("/v1/sessions/count-tokens", json=asked)).json()
    answer = (await client.post("/v1/chat/completions", json={**asked, "max_tokens": 1})).json()

    assert answer["usage"]["prompt_tokens"] == counted["token_count"]


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


@pytest.mark.parametrize("after", [-(2**31) - 1, 2**31, 10**30])
async def test_a_place_that_no_message_can_have_is_refused(client, session_id, after):
    """Rather than looked for."""
    answer = await client.get(f"/v1/sessions/{session_id}/messages", params={"after": after})

    assert (400, "after") == (answer.status_code, answer.json()["error"]["param"])


async def test_pages_begin_at_any_message(client, session_id):
    """Also at instructions, which stand before the first."""
    instructions = [{"role": "system", "content": "Be brief."}, {"role": "developer", "content": "Be kind."}]
    await say(client, session_id, *instructions, FIRST)
    path, seen, after = f"/v1/sessions/{session_id}/messages", [], {}
    while page := (await client.get(path, params={"limit": 1, **after})).json()["messages"]:
        seen, after = [*seen, *page], {"after": page[-1]["id"]}

    assert ["system", "developer", "user", "assistant"] == [message["role"] for message in seen]


async def test_a_session_lasts_as_long_as_it_was_told(client, session_id):
    """From when it was told on; null is as long as the server lets it."""
    path = f"/v1/sessions/{session_id}"
    await asyncio.sleep(0.3)
    assert 200 == (await client.patch(path, json={"ttl_s": 0.25})).status_code
    assert 200 == (await client.patch(path, json={"ttl_s": None})).status_code
    await asyncio.sleep(0.3)
    assert 200 == (await client.patch(path, json={"ttl_s": 0.2})).status_code
    await asyncio.sleep(0.25)

    assert 404 == (await client.get(path)).status_code
    assert 404 == (await say(client, session_id, FIRST)).status_code
    assert {"sessions": []} == (await client.get("/v1/sessions")).json()
    assert 404 == (await client.get("/v1/sessions/current")).status_code


@pytest.mark.parametrize(
    "settings",
    [
        {"title": "nothing: \x00, ü, 🚀"},
        {"metadata": {"ü🚀": ["\x00", None, 1.5, {"": {}}]}},
        {"metadata": None},
        {"title": None, "ttl_s": 1e300},
    ],
)
async def test_whatever_json_can_say_is_kept(client, session_id, settings):
    """In titles and in metadata."""
    changed = (await client.patch(f"/v1/sessions/{session_id}", content=json.dumps(settings), headers=JSON)).json()
    stats = (await client.get(f"/v1/sessions/{session_id}")).json()

    assert changed == stats
    assert (settings.get("title"), settings.get("metadata") or {}) == (stats["title"], stats["metadata"])


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("title", '{"title": 1}'),
        ("title", json.dumps({"title": "x" * 501})),
        ("metadata", '{"metadata": {"a": NaN}}'),
        ("metadata", json.dumps({"metadata": {"a": "x" * 17_000}})),
        ("metadata", json.dumps({"metadata": {"\ud83d": ["half of a pair"]}})),
        ("metadata", json.dumps({"metadata": {"a": "\ud83d"}})),
        ("title", json.dumps({"title": "\ud83d"})),
        ("metadata", '{"metadata": [1]}'),
        ("ttl_s", '{"ttl_s": 0}'),
        ("ttl_s", '{"ttl_s": 1e999}'),
        ("overflow", '{"overflow": "forget"}'),
        ("overflow", '{"overflow": null}'),
        ("name", '{"name": "x"}'),
    ],
)
async def test_what_a_session_cannot_be_told_is_refused(client, session_id, field, body):
    """With the field's name, when it is made as well as later; nothing changes."""
    before = (await client.get(f"/v1/sessions/{session_id}")).json()
    for method, path in (("POST", "/v1/sessions"), ("PATCH", f"/v1/sessions/{session_id}")):
        answer = await client.request(method, path, content=body, headers=JSON)
        assert (400, field) == (answer.status_code, answer.json()["error"]["param"].split(".")[0])

    assert [before] == (await client.get("/v1/sessions")).json()["sessions"]


async def test_metadata_may_be_as_deep_as_they_are_large(client, session_id):
    """Or are refused, but never break anything."""
    for depth in (100, 900, 3000, 100_000):
        body = '{"metadata": {"a": ' + "[" * depth + "]" * depth + "}}"
        answer = await client.patch(f"/v1/sessions/{session_id}", content=body, headers=JSON)
        assert answer.status_code in (200, 400)
        assert 200 == (await client.get("/v1/sessions")).status_code


async def test_a_conversation_is_known_to_the_model_by_one_name(connect_to, services, chat_service, session_id):
    """Whichever API takes its turn, so that each finds what the last one computed."""
    asked = []

    class Noting(LocalChat):
        async def complete(self, request, affinity=""):
            asked.append(affinity)
            return await super().complete(request, affinity)

        def stream(self, request, form, affinity=""):
            asked.append(affinity)
            return super().stream(request, form, affinity)

    client = connect_to(services, chat=Noting(chat_service))
    await say(client, session_id, FIRST, max_tokens=2)
    await say(client, session_id, FIRST, max_tokens=2, stream=True)
    conversation = session_id.replace("sess_", "conv_")
    answer = await client.post("/v1/responses", json={"input": "Hello!", "conversation": conversation})

    assert (200, 3, 1) == (answer.status_code, len(asked), len(set(asked)))


async def test_instructions_of_a_conversation_are_replaced_too(client):
    """Though OpenAI's API keeps them where they were said."""
    items = [{"role": "user", "content": "Hi."}, {"role": "system", "content": "Old."}]
    made = (await client.post("/v1/conversations", json={"items": items})).json()
    session_id = made["id"].replace("conv_", "sess_")
    await say(client, session_id, {"role": "system", "content": "New."}, FIRST, max_tokens=2)
    messages = await messages_of(client, session_id)

    assert ["New.", "Hi.", "Hello!"] == [message["content"] for message in messages][:3]
    assert ["system", "user", "user", "assistant"] == [message["role"] for message in messages]
    assert 4 == (await client.get(f"/v1/sessions/{session_id}")).json()["message_count"]
