"""A client hears of what it sent in its own terms: the place in the body, and what would have been right there."""

import pytest
from pydantic import ValidationError

from deployments.api.openai.chat_request import ChatCompletionRequest
from deployments.api.openai.embeddings import EmbeddingsRequest
from deployments.api.openai.responses.request import ResponseRequest
from deployments.api.openai.text_request import CompletionRequest

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


CHOICE = {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [1] * 1000}}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (ChatCompletionRequest, {"messages": [{}] * 1000}),
        (ChatCompletionRequest, {"messages": [{"role": "assistant", "tool_calls": [1] * 1000}]}),
        (ChatCompletionRequest, {"messages": HELLO, "tool_choice": CHOICE}),
        (CompletionRequest, {"prompt": ["a", *[1] * 1000]}),
        (CompletionRequest, {"prompt": [["a"] * 1000]}),
        (CompletionRequest, {"prompt": [[1], *["a"] * 1000]}),
        (EmbeddingsRequest, {"input": ["a", *[1] * 1000]}),
        (EmbeddingsRequest, {"input": [1, *["a"] * 1000]}),
        (ResponseRequest, {"input": [1] * 1000}),
        (ResponseRequest, {"input": [{"type": "reasoning", "summary": [1] * 1000}]}),
        (ResponseRequest, {"input": "x", "include": [1] * 1000}),
        (ChatCompletionRequest, {"messages": HELLO, "logit_bias": dict.fromkeys(map(str, range(1000)), "much")}),
        (ResponseRequest, {"input": "x", "metadata": dict.fromkeys(map(str, range(1000)), 1)}),
    ],
)
def test_nobody_looks_for_more_than_the_first_bad_item(kind, body):
    """A megabyte of them would be seconds of work for one answer."""
    with pytest.raises(ValidationError) as error:
        kind.model_validate(body)

    assert error.value.error_count() <= 2
