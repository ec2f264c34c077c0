"""A client hears of what it sent in its own terms: the place in the body, and what would have been right there."""

import pytest

HELLO = [{"role": "user", "content": "Hello!"}]
CHAT, EMBEDDINGS, COMPLETIONS = "/v1/chat/completions", "/v1/embeddings", "/v1/completions"


@pytest.mark.parametrize(
    ("path", "body", "param", "words"),
    [
        (CHAT, {"messages": HELLO, "stop": ["a"] * 9}, "stop", "at most 4 items"),
        (CHAT, {"messages": HELLO, "stop": 5}, "stop", "a valid string, or a valid list"),
        (CHAT, {"messages": HELLO, "stop": ["a", 5]}, "stop.1", "a valid string"),
        (CHAT, {"messages": HELLO, "stop": ""}, "stop", "at least 1 character"),
        (CHAT, {"messages": HELLO, "tool_choice": "some"}, "tool_choice", "'none', 'auto' or 'required'"),
        (CHAT, {"messages": [*HELLO, {"role": "user", "content": 5}]}, "messages.1.content", "a valid string"),
        (CHAT, {"messages": [{"role": "king"}]}, "messages.0", "'system', 'developer', 'user'"),
        (CHAT, {}, "messages", "required"),
        (EMBEDDINGS, {"input": []}, "input", "at least 1 item"),
        (EMBEDDINGS, {"input": {}}, "input", "a text, a list of texts, a list of tokens"),
        (EMBEDDINGS, {"input": [[1, "a"]]}, "input.0.1", "a valid integer"),
        (COMPLETIONS, {"prompt": {}}, "prompt", "a text, a list of texts, a list of tokens"),
        ("/v1/responses", {"input": "x", "tools": [{"type": "function"}]}, "tools.0.name", "required"),
        ("/v1/responses", {"input": "x", "conversation": 5}, "conversation", "a valid string"),
        ("/v1/conversations", {"metadata": {"a": 1}}, "metadata.a", "a valid string"),
    ],
)
async def test_the_place_is_the_client_s_and_the_advice_fits_what_was_meant(client, path, body, param, words):
    """No name of ours for a kind or a variant is in it."""
    answer = await client.post(path, json=body)
    error = answer.json()["error"]

    assert (400, param) == (answer.status_code, error["param"])
    assert error["message"].startswith(f"{param}: ")
    assert words in error["message"]


async def test_a_part_of_the_query_is_named_too(client):
    answer = await client.get("/v1/sessions?limit=abc")

    assert (400, "limit") == (answer.status_code, answer.json()["error"]["param"])
