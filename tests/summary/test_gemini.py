"""Gemini is asked as it wants to be asked, and what it answers or refuses is told as it is."""

import pytest

from deployments.config import GeminiConfig
from deployments.errors import (
    ModelNotFound,
    SafetyBlocked,
    UpstreamError,
    UpstreamOverloaded,
    UpstreamQuota,
    UpstreamTimeout,
)
from deployments.summary.document import Answer, Document, Instructions, Usage
from deployments.summary.gemini import GeminiClient
from deployments.summary.languages import language_of
from tests.summary.gemini_server import GeminiServer, failure, said

DOCUMENT = Document("x = 1", language_of("a.py"))
RETRY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17s"}
BLOCKED = {"blockReason": "SAFETY", "safetyRatings": [{"category": "HARM_CATEGORY_HARASSMENT", "blocked": True}]}


@pytest.fixture
def server():
    with GeminiServer().serving() as server:
        yield server


@pytest.fixture
def client(server):
    return GeminiClient(GeminiConfig(base_url=server.url, timeout_s=1), "a-key")


async def ask(client: GeminiClient, model: str = "gemini-2.5-flash", **more) -> Answer:
    return await client.summarize(model, DOCUMENT, Instructions("You are brief.", 300, 0.2, **more))


async def test_the_persona_is_the_system_instruction_and_the_document_the_content(client, server):
    """The key goes in its header alone; all tokens that were paid are counted."""
    answer = await ask(client)
    ((path, key, body),) = server.asked

    assert Answer("A summary.", Usage(7, 5)) == answer
    assert path.endswith("/models/gemini-2.5-flash:generateContent")
    assert "a-key" == key
    assert "a-key" not in path
    assert "You are brief." == body["systemInstruction"]["parts"][0]["text"]
    assert "x = 1" == body["contents"][0]["parts"][0]["text"]
    assert 0.2 == body["generationConfig"]["temperature"]
    assert "safetySettings" not in body


@pytest.mark.parametrize(
    ("model", "budget", "limit"),
    [("gemini-2.5-flash", 0, 300), ("gemini-2.5-pro", 512, 812), ("gemini-9-new", None, 1324)],
)
async def test_thinking_does_not_eat_the_answer(client, server, model, budget, limit):
    """Its tokens come on top of those for the answer."""
    await ask(client, model)
    config = server.asked[0][2]["generationConfig"]

    assert (budget, limit) == (config.get("thinkingConfig", {}).get("thinking_budget"), config["maxOutputTokens"])


async def test_safety_is_at_its_strictest_on_demand(client, server):
    """For all four kinds of harm."""
    await ask(client, enable_safety=True)
    settings = server.asked[0][2]["safetySettings"]

    assert {"BLOCK_LOW_AND_ABOVE"} == {setting["threshold"] for setting in settings}
    assert 4 == len({setting["category"] for setting in settings})


@pytest.mark.parametrize(
    ("status", "answer", "error", "said_"),
    [
        (429, failure(429, "RESOURCE_EXHAUSTED", RETRY), UpstreamQuota, "quota is used up"),
        (503, failure(503, "UNAVAILABLE"), UpstreamOverloaded, "not able to answer now"),
        (500, failure(500, "INTERNAL"), UpstreamOverloaded, "INTERNAL"),
        (403, failure(403, "PERMISSION_DENIED"), UpstreamError, "check GEMINI_API_KEY"),
        (400, failure(400, "INVALID_ARGUMENT"), UpstreamError, "INVALID_ARGUMENT"),
        (404, failure(404, "NOT_FOUND"), ModelNotFound, "no model 'gemini-2.5-flash'"),
        (200, {"promptFeedback": BLOCKED}, SafetyBlocked, "HARM_CATEGORY_HARASSMENT"),
        (200, said("", "SAFETY"), SafetyBlocked, "blocked its answer"),
        (200, {"candidates": []}, UpstreamError, "no candidate"),
        (200, said("", "RECITATION"), UpstreamError, "RECITATION"),
    ],
)
async def test_every_failure_is_an_error_and_none_is_a_text(client, server, status, answer, error, said_):
    """With what the API says of it, but not its key."""
    server.status, server.answer = status, answer
    with pytest.raises(error, match=said_) as caught:
        await ask(client)

    assert type(caught.value) is error
    assert "a-key" not in str(caught.value)


async def test_the_api_s_own_delay_is_passed_on(client, server):
    """Clients wait as long as they must, and no longer."""
    server.status, server.answer = 429, failure(429, "RESOURCE_EXHAUSTED", RETRY)
    with pytest.raises(UpstreamQuota) as caught:
        await ask(client)

    assert 17 == caught.value.retry_after_s


async def test_an_answer_that_was_cut_says_so(client, server):
    """The limit was reached."""
    server.answer = said("Half a", "MAX_TOKENS")

    assert (await ask(client)).truncated


async def test_silence_and_absence_are_told_apart(client, server):
    """Too slow is 504, not there is 503."""
    server.delay_s = 3
    with pytest.raises(UpstreamTimeout, match="within 1 seconds"):
        await ask(client)
    nobody = GeminiClient(GeminiConfig(base_url="http://127.0.0.1:9", timeout_s=1), "a-key")
    with pytest.raises(UpstreamOverloaded, match="cannot be reached"):
        await ask(nobody)
