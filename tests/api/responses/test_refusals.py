"""Nothing that is asked of a response is ignored in silence: it has its effect, or is refused with its name."""

import json

import pytest

from deployments.errors import StorageUnavailable
from tests.api.responses.ask import HELLO, WEATHER

UNSUPPORTED = [
    ({"background_options": {"completion_window": "8h"}}, "background_options"),
    ({"context_management": [{"type": "compaction"}]}, "context_management"),
    ({"image": {"context_compression": "enabled"}}, "image"),
    ({"moderation": {"model": "m"}}, "moderation"),
    ({"prompt": {"id": "p"}}, "prompt"),
    ({"service_tier": "flex"}, "service_tier"),
    ({"reasoning": {"summary": "concise"}}, "reasoning.summary"),
    ({"reasoning": {"generate_summary": "concise"}}, "reasoning.generate_summary"),
    ({"reasoning": {"mode": "pro"}}, "reasoning.mode"),
    ({"reasoning": {"context": "all_turns"}}, "reasoning.context"),
    ({"text": {"verbosity": "low"}}, "text.verbosity"),
]
INVALID = [
    ({"input": None}, "input"),
    ({"input": []}, "input"),
    ({"input": [{"type": "compaction_trigger"}]}, "input.0"),
    ({"input": [{"role": "tool", "content": "x"}]}, "input.0.role"),
    ({"input": [{"type": "reasoning", "summary": [], "encrypted_content": "gAAA!"}]}, "input.0"),
    ({"previous_response_id": "resp_1", "conversation": "conv_1"}, "conversation"),
    ({"reasoning": {"effort": "minimal"}}, "reasoning.effort"),
    ({"text": {"format": {"type": "json_schema", "name": "n"}}}, "text.format.schema"),
    ({"text": {"format": {"type": "json_schema", "name": "n", "schema": {"not": {}}}}}, "text.format"),
    ({"stream_options": {"include_obfuscation": False}}, "stream_options"),
    ({"top_logprobs": 2}, "top_logprobs"),
    ({"top_logprobs": 21, "include": ["message.output_text.logprobs"]}, "top_logprobs"),
    ({"include": ["everything"]}, None),
    ({"metadata": {"a": 1}}, "metadata.a"),
    ({"metadata": {"a" * 65: "b"}}, None),
    ({"max_output_tokens": 0}, "max_output_tokens"),
    ({"store": False, "background": True}, "background"),
    ({"temperature": 3}, "temperature"),
    ({"messages": []}, "messages"),
    ({"user": [["me"]]}, "user"),
    ({"safety_identifier": 5}, "safety_identifier"),
    ({"prompt_cache_key": {"a": 1}}, "prompt_cache_key"),
    ({"prompt_cache_retention": 24}, "prompt_cache_retention"),
    ({"max_tokens": 5}, "max_tokens"),
]
HARMLESS = {
    "prompt_cache_key": "k", "safety_identifier": "s", "user": "u", "service_tier": "auto", "max_tool_calls": 3,
    "stop": ["never said"], "seed": 1, "top_k": 5, "stream_options": None, "text": {"verbosity": "medium"},
    "reasoning": {"effort": "low", "mode": "standard", "context": "auto"}, "include": ["web_search_call.results"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "param", "types"),
    [
        ({"input": [{"type": "web_search_call", "id": "x"}]}, "input.0", "function_call_output or item_reference"),
        ({"input": [1]}, "input.0", "function_call_output or item_reference"),
        ({"input": HELLO, "text": {"format": {"type": "grammar"}}}, "text.format", "text, json_object or json_schema"),
    ],
)
async def test_a_type_that_there_is_not_is_refused_with_those_that_there_are(client, asked, param, types):
    """In words of the API."""
    error = (await client.post("/v1/responses", json=asked)).json()["error"]

    assert param == error["param"]
    assert error["message"].endswith(types)


@pytest.mark.parametrize("path", ["/v1/responses", "/v1/responses/input_tokens"])
async def test_a_count_is_refused_what_an_answer_is_refused(client, path):
    """So far as it knows the field."""
    refused = await client.post(path, json={"input": HELLO, "text": {"verbosity": "high"}})

    assert "text.verbosity" == refused.json()["error"]["param"]


@pytest.mark.parametrize(("asked", "param"), UNSUPPORTED, ids=[param for _, param in UNSUPPORTED])
async def test_what_there_is_not_is_unsupported(client, asked, param):
    """Where it would change something."""
    refused = await client.post("/v1/responses", json={"input": HELLO, **asked})
    error = refused.json()["error"]

    assert (400, "unsupported_parameter", param) == (refused.status_code, error["code"], error["param"])


@pytest.mark.parametrize(("asked", "param"), INVALID)
async def test_what_is_wrong_is_refused_with_its_place(client, asked, param):
    """Before any byte of a stream."""
    refused = await client.post("/v1/responses", json={"input": HELLO, "stream": True, **asked})
    if "stream_options" in asked:
        refused = await client.post("/v1/responses", json={"input": HELLO, **asked})
    error = refused.json()["error"]

    assert (400, "invalid_request_error") == (refused.status_code, error["code"])
    assert param in (None, error["param"])


async def test_what_changes_nothing_is_accepted(client):
    """And what is beyond OpenAI's API works as in chat."""
    answered = await client.post("/v1/responses", json={"input": HELLO, **HARMLESS})

    assert 200 == answered.status_code
    assert ("k", "s", "u") == tuple(answered.json()[name] for name in ("prompt_cache_key", "safety_identifier", "user"))


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(
    "asked",
    [
        {"input": "\ud800"},
        {"instructions": "\ud800"},
        {"user": "\ud800"},
        {"tools": [WEATHER | {"description": "\ud800"}]},
        {"tools": [WEATHER | {"parameters": {"type": "object", "description": "\ud800"}}]},
    ],
)
async def test_half_a_character_is_read_and_told_as_it_came(client, asked, stream):
    """JSON can write it down, UTF-8 cannot; clients cut texts within pairs."""
    body = json.dumps({"input": HELLO, "stream": stream, **asked})
    answered = await client.post("/v1/responses", content=body, headers={"Content-Type": "application/json"})
    told = json.loads(answered.text.splitlines()[-2][6:])["response"] if stream else answered.json()
    kept = (await client.get(f"/v1/responses/{told['id']}")).json()

    assert told == kept
    assert all(asked[name] == told[name] for name in ("instructions", "user") if name in asked)
    assert 200 == (await client.get(f"/v1/responses/{told['id']}/input_items")).status_code


@pytest.mark.parametrize(
    ("path", "param"),
    [
        ("?stream=true&starting_after=-1", "starting_after"),
        ("?stream=true&starting_after=99999999999", "starting_after"),
        ("?starting_after=1", "starting_after"),
        ("?stream=true&include=reasoning.encrypted_content", "include"),
        ("?stream=true&include[]=reasoning.encrypted_content", "include"),
        ("?include=everything", "include.0"),
        ("?include[]=message.output_text.logprobs", "include[].0"),
        ("/input_items?limit=0", "limit"),
        ("/input_items?limit=101", "limit"),
        ("/input_items?order=up", "order"),
    ],
)
async def test_a_kept_response_is_asked_for_in_the_same_strictness(client, path, param):
    """Also what numbers a database cannot count."""
    response = (await client.post("/v1/responses", json={"input": HELLO, "max_output_tokens": 5})).json()
    refused = await client.get(f"/v1/responses/{response['id']}{path}")

    assert (400, param) == (refused.status_code, refused.json()["error"]["param"])


async def test_a_cursor_that_is_no_item_is_404(client):
    """Whatever it is."""
    response = (await client.post("/v1/responses", json={"input": HELLO, "max_output_tokens": 5})).json()
    refused = await client.get(f"/v1/responses/{response['id']}/input_items", params={"after": "\0"})

    assert (404, "item_not_found") == (refused.status_code, refused.json()["error"]["code"])


class Away:
    """A store that cannot be reached."""

    async def keep(self, *_, **__):
        raise StorageUnavailable("The store of conversations cannot be reached.")


async def test_what_cannot_be_stored_has_failed(connect_to, services):
    """The client is told, whole or streamed, and does not take it for kept."""
    client = connect_to(services, responses=Away())
    whole = await client.post("/v1/responses", json={"input": HELLO})
    streamed = await client.post("/v1/responses", json={"input": HELLO, "stream": True})

    assert (503, "storage_unavailable") == (whole.status_code, whole.json()["error"]["code"])
    assert "event: response.completed" not in streamed.text
    assert ["event: response.failed", "event: error"] == [
        line for line in streamed.text.splitlines() if line.startswith("event")
    ][-2:]


async def test_responses_count_as_chat(client):
    """In the same bucket, and what is refused costs nothing."""
    before = (await client.post("/v1/chat/completions", json={})).headers["X-RateLimit-Remaining"]
    await client.post("/v1/responses", json={"input": HELLO, "previous_response_id": "resp_1"})
    answered = await client.post("/v1/responses", json={"input": HELLO, "max_output_tokens": 5})

    assert int(before) - 1 == int(answered.headers["X-RateLimit-Remaining"])
