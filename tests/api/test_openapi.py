"""The OpenAPI document says what really comes."""

import re

import jsonschema
import pytest

from tests.api.test_tools import ASK, WEATHER

CHAT, TEXT, VECTORS = "/v1/chat/completions", "/v1/completions", "/v1/embeddings"
RESPONSES, CONVERSATIONS = "/v1/responses", "/v1/conversations"
FLAT = {"type": "function", **WEATHER["function"]}
SHOWN = ["message.output_text.logprobs", "reasoning.encrypted_content"]
SAID = {"messages": [{"role": "user", "content": "Hello!"}]}
OPEN = {"/health", "/health/ready", "/rate-limits"}


@pytest.fixture
async def document(client):
    return (await client.get("/openapi.json")).json()


def problems(document, path, answer):
    """Of an answer, beside the schema of its status."""
    answered = document["paths"][path][answer.request.method.lower()]["responses"][str(answer.status_code)]
    schema = answered["content"][answer.headers["content-type"]]["schema"]
    validator = jsonschema.Draft202012Validator({**schema, "components": document["components"]})
    return [error.message for error in validator.iter_errors(answer.json())]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (CHAT, SAID | {"n": 2, "logprobs": True, "top_logprobs": 2, "include_thinking": True, "timings": True}, 200),
        (CHAT, {"messages": ASK, "tools": [WEATHER], "tool_choice": "required"}, 200),
        (TEXT, {"prompt": ["Hello", "World"], "logprobs": 2, "max_tokens": 4}, 200),
        (VECTORS, {"input": ["a cat", "a dog"]}, 200),
        (VECTORS, {"input": "a cat", "encoding_format": "base64"}, 200),
        (CHAT, SAID | {"temperature": 3}, 400),
        (CHAT, SAID | {"store": True}, 400),
        (CHAT, SAID | {"model": "gpt-9"}, 404),
        (TEXT, {}, 400),
        (RESPONSES, {"input": "Hello!"}, 200),
        (
            RESPONSES,
            {"input": ASK, "tools": [FLAT], "tool_choice": "required", "include": SHOWN, "top_logprobs": 1},
            200,
        ),
        (RESPONSES, {"input": "Hello!", "max_output_tokens": 6, "reasoning": {"summary": "auto"}}, 200),
        (RESPONSES, {"input": "Hello!", "background": True}, 200),
        (RESPONSES, {"input": "Hello!", "temperature": 3}, 400),
        (RESPONSES, {"input": "Hello!", "previous_response_id": "resp_1"}, 404),
        (f"{RESPONSES}/input_tokens", {"input": "Hello!"}, 200),
        (CONVERSATIONS, {"items": [{"role": "user", "content": "Hello!"}], "metadata": {"a": "b"}}, 200),
        (CONVERSATIONS, {"items": [{"role": "user"}]}, 400),
    ],
)
async def test_an_answer_is_as_documented(client, document, path, body, status):
    """What was asked for, or why it was refused."""
    answer = await client.post(path, json=body)

    assert status == answer.status_code
    assert [] == problems(document, path, answer)


async def test_what_is_kept_is_as_documented(client, document):
    """Responses, conversations and their items."""
    response = (await client.post(RESPONSES, json={"input": "Hello!"})).json()["id"]
    said = [{"role": "user", "content": "Hello!"}, {"type": "reasoning", "summary": [], "encrypted_content": "SG0u"}]
    conversation = (await client.post(CONVERSATIONS, json={"items": said})).json()["id"]
    item = (await client.get(f"{CONVERSATIONS}/{conversation}/items")).json()["data"][0]["id"]
    places = {"response_id": response, "conversation_id": conversation, "item_id": item}
    for path in document["paths"]:
        if path.startswith((f"{RESPONSES}/{{", f"{CONVERSATIONS}/{{")) and "get" in document["paths"][path]:
            for asked in ("", "?include=reasoning.encrypted_content"):
                answer = await client.get(path.format(**places) + asked)
                assert (200, []) == (answer.status_code, problems(document, path, answer)), path
    for path in (f"{CONVERSATIONS}/{{conversation_id}}/items/{{item_id}}", f"{CONVERSATIONS}/{{conversation_id}}"):
        assert [] == problems(document, path, await client.delete(path.format(**places)))
    gone = f"{RESPONSES}/{{response_id}}"
    assert [] == problems(document, gone, await client.delete(gone.format(**places)))


async def test_what_is_served_is_as_documented(client, document):
    assert [] == problems(document, "/v1/models", await client.get("/v1/models"))
    assert [] == problems(document, "/v1/models/{model}", await client.get("/v1/models/pocket-chat"))


async def test_uploads_are_as_documented(client, document):
    """Vectors, and both kinds of refusal outside /v1."""
    text, binary = {"file": ("a.txt", b"a cat")}, {"file": ("a.bin", b"\0")}

    assert [] == problems(document, "/embed", await client.post("/embed", files=text))
    assert [] == problems(document, "/embed", await client.post("/embed", files=binary))
    assert [] == problems(document, "/embed", await client.post("/embed", files=text, params={"dimensions": 7}))
    assert [] == problems(document, "/embed", await client.post("/embed"))


async def test_it_says_where_a_key_is_needed(connect_to, services, document):
    """And how one without is refused."""
    stranger = connect_to(services, key=None)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answer = await stranger.request(method, re.sub(r"{\w+}", "x", path))
            assert (path in OPEN) == ("security" not in operation), path
            assert path in OPEN or [] == problems(document, path, answer)


async def test_nothing_of_openai_s_is_422(document):
    """Their clients know 400."""
    for path, operations in document["paths"].items():
        assert not path.startswith("/v1/") or not any("422" in one["responses"] for one in operations.values())


async def test_a_body_has_what_is_known_and_nothing_else(document):
    """Whatever else comes is refused, so the document says so."""
    for name in ("ChatCompletionRequest", "CompletionRequest", "ResponseRequest", "InputBody"):
        schema = document["components"]["schemas"][name]
        assert schema["additionalProperties"] is False
        assert {"user", "metadata"} <= schema["properties"].keys()
    assert [None, False] == document["components"]["schemas"]["ChatCompletionRequest"]["properties"]["store"]["enum"]
