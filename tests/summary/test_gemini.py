"""Gemini is asked as it wants to be asked, and what it answers or refuses is told as it is."""

import asyncio
import time
from contextlib import aclosing

import pytest

from deployments.config import GeminiConfig, GeminiModelConfig, LimitsConfig
from deployments.errors import (
    ModelNotFound,
    SafetyBlocked,
    UpstreamError,
    UpstreamOverloaded,
    UpstreamQuota,
    UpstreamSilent,
    UpstreamTimeout,
)
from deployments.summary.document import Answer, Document, Instructions, Progress, Usage
from deployments.summary.gemini_billing import BilledGemini
from deployments.summary.gemini_client import GeminiClient
from deployments.summary.gemini_model import GeminiModel
from deployments.summary.languages import language_of
from deployments.summary.mapreduce import MapReduce
from tests.limits.local_budgets import LocalBudgets
from tests.summary.gemini_server import USAGE, Reply, chunk, failure, retry_info

BLOCKED = {"blockReason": "SAFETY", "safetyRatings": [{"category": "HARM_CATEGORY_HARASSMENT", "blocked": True}]}
BAD_KEY = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
OVERLOADED = Reply.error(503, "UNAVAILABLE")
MODEL = "gemini-2.5-flash"


@pytest.fixture
def client(gemini):
    return GeminiClient(GeminiConfig(base_url=gemini.url, timeout_s=1), "a-key")


def instructions(**more) -> Instructions:
    return Instructions("You are brief.", 300, 0.2, **more)


async def ask(client: GeminiClient, model: str = MODEL, **more) -> Answer:
    return await client.answer(model, "x = 1", instructions(**more))


def reader(client: GeminiClient) -> GeminiModel:
    """With a short context, for nobody's money."""
    api = BilledGemini(client, LocalBudgets(LimitsConfig()))
    return GeminiModel(api, MODEL, GeminiModelConfig(context_tokens=1000), "alice")


async def test_the_persona_is_the_system_instruction_and_the_document_the_content(client, gemini):
    """The key goes in its header alone; all tokens that were paid are counted."""
    answer = await ask(client)
    (asked,) = gemini.asked

    assert Answer("A summary.", Usage(7, 5)) == answer
    assert "/models/gemini-2.5-flash:streamGenerateContent" in asked.path
    assert "a-key" == asked.key
    assert "a-key" not in asked.path
    assert "You are brief." == asked.body["systemInstruction"]["parts"][0]["text"]
    assert "x = 1" == asked.text
    assert 0.2 == asked.body["generationConfig"]["temperature"]
    assert "safetySettings" not in asked.body


async def test_an_answer_is_told_as_it_comes(client, gemini):
    """Without the model's thoughts."""
    gemini.replies = [Reply((chunk("Hm.", thought=True), chunk("A "), chunk("summary."), chunk("", "STOP")))]

    assert ["A ", "summary.", Answer("A summary.", Usage(7, 5))] == [
        event async for event in client.stream(MODEL, "x = 1", instructions())
    ]


async def test_usage_without_a_total_is_the_sum_of_its_parts(client, gemini):
    """Some replies leave it out."""
    parts = {name: count for name, count in USAGE.items() if name != "totalTokenCount"}
    gemini.replies = [Reply((chunk("A summary.", "STOP") | {"usageMetadata": parts},))]

    assert Usage(7, 5) == (await ask(client)).usage


@pytest.mark.parametrize(
    ("model", "thinking", "limit"),
    [
        (MODEL, {"thinkingBudget": 0}, 300),
        ("gemini-2.5-pro", {"thinkingBudget": 512}, 812),
        ("gemini-9-new", {"thinkingLevel": "LOW"}, 4396),
        ("gemini-old", {}, 300),
    ],
)
async def test_thinking_does_not_eat_the_answer(gemini, model, thinking, limit):
    """Its tokens come on top of those for the answer; old models have a budget for it, newer ones a level."""
    models = GeminiConfig().models | {"gemini-old": GeminiModelConfig()}
    await ask(GeminiClient(GeminiConfig(base_url=gemini.url, models=models), "a-key"), model)
    config = gemini.asked[0].body["generationConfig"]
    sent = {
        name.replace("_b", "B").replace("_l", "L"): value for name, value in config.get("thinkingConfig", {}).items()
    }

    assert (thinking, limit) == (sent, config["maxOutputTokens"])


async def test_safety_is_at_its_strictest_on_demand(client, gemini):
    """For all four kinds of harm."""
    await ask(client, enable_safety=True)
    settings = gemini.asked[0].body["safetySettings"]

    assert {"BLOCK_LOW_AND_ABOVE"} == {setting["threshold"] for setting in settings}
    assert 4 == len({setting["category"] for setting in settings})


@pytest.mark.parametrize(
    ("reply", "error", "said"),
    [
        (Reply.error(429, "RESOURCE_EXHAUSTED", retry_info("17s")), UpstreamQuota, "quota is used up"),
        (Reply.error(504, "DEADLINE_EXCEEDED"), UpstreamTimeout, "did not answer in time"),
        (Reply.error(401, "UNAUTHENTICATED"), UpstreamError, "check GEMINI_API_KEY"),
        (Reply.error(403, "PERMISSION_DENIED", message="Consumer a-key"), UpstreamError, "check GEMINI_API_KEY"),
        (Reply.error(400, "INVALID_ARGUMENT", BAD_KEY), UpstreamError, "check GEMINI_API_KEY"),
        (Reply.error(400, "INVALID_ARGUMENT", message="bad a-key level"), UpstreamError, "request: bad … level"),
        (Reply.error(404, "NOT_FOUND"), ModelNotFound, "no model 'gemini-2.5-flash'"),
        (Reply(("<html>",), 418), UpstreamError, "refused the request"),
        (Reply(({"promptFeedback": BLOCKED},)), SafetyBlocked, "HARM_CATEGORY_HARASSMENT"),
        (
            Reply((chunk("Half"), chunk("", "SAFETY", safetyRatings=BLOCKED["safetyRatings"]))),
            SafetyBlocked,
            "HARASSMENT",
        ),
        (Reply((chunk("", "PROHIBITED_CONTENT"),)), SafetyBlocked, "blocked its answer: PROHIBITED_CONTENT"),
        (Reply(({"candidates": []},)), UpstreamSilent, "gave no answer"),
        (Reply(()), UpstreamSilent, "gave no answer"),
        (Reply((chunk("", "STOP"),)), UpstreamSilent, r"no answer \(STOP\)"),
        (Reply((chunk("Hm.", thought=True), chunk("", "MAX_TOKENS"))), UpstreamSilent, "raise max_tokens"),
        (Reply((chunk("Half", "RECITATION"),)), UpstreamError, "RECITATION"),
        (Reply((chunk("Half"),)), UpstreamError, "broke off"),
        (Reply((chunk("Half"),), is_cut=True), UpstreamError, "broke off"),
        (Reply((chunk("Half"), failure(503, "UNAVAILABLE"))), UpstreamOverloaded, "not able to answer now"),
        (Reply((chunk("Half"), "no json")), UpstreamError, "cannot be read"),
        (Reply((chunk("Half"), '["odd"]')), UpstreamError, "broke off"),
    ],
)
async def test_every_failure_is_an_error_and_none_is_a_text(client, gemini, reply, error, said):
    """Asked once, for these do not pass; with what the API says of it, but not its key."""
    gemini.replies = [reply]
    with pytest.raises(error, match=said) as caught:
        await ask(client)

    assert type(caught.value) is error
    assert "a-key" not in str(caught.value)
    assert 1 == len(gemini.asked)


@pytest.mark.parametrize(
    "reply",
    [
        OVERLOADED,
        Reply.error(500, "INTERNAL"),
        Reply.error(502, "BAD_GATEWAY"),
        Reply.error(429, "RESOURCE_EXHAUSTED", retry_info("0.1s")),
        Reply((), is_cut=True),
        Reply((failure(503, "UNAVAILABLE"),)),
    ],
)
async def test_what_may_pass_is_asked_again(client, gemini, reply):
    """Before a word of the answer was told."""
    gemini.replies = [reply, Reply()]

    assert "A summary." == (await ask(client)).text
    assert 2 == len(gemini.asked)


async def test_it_is_not_asked_for_ever(client, gemini):
    """After two more times the client hears of it."""
    gemini.replies = [OVERLOADED]
    with pytest.raises(UpstreamOverloaded, match="UNAVAILABLE"):
        await ask(client)

    assert 3 == len(gemini.asked)


async def test_many_who_failed_do_not_come_back_together(client, gemini):
    """Their pauses differ."""
    gemini.replies = [OVERLOADED] * 8 + [Reply()]
    times = []

    async def ask_and_look() -> None:
        await ask(client)
        times.append(time.monotonic())

    await asyncio.gather(*(ask_and_look() for _ in range(8)))

    assert 0.05 < max(times) - min(times) < 2


@pytest.mark.parametrize(("delay", "seconds"), [("17s", 17), ("17.2s", 18), ("30.5s", 31)])
async def test_the_api_s_own_delay_is_passed_on(client, gemini, delay, seconds):
    """Clients wait as long as they must; a fraction more is a second more."""
    gemini.replies = [Reply.error(429, "RESOURCE_EXHAUSTED", retry_info(delay))]
    with pytest.raises(UpstreamQuota) as caught:
        await ask(client)

    assert seconds == caught.value.retry_after_s


async def test_an_answer_that_was_cut_says_so(client, gemini):
    """The limit was reached."""
    gemini.replies = [Reply((chunk("Half a", "MAX_TOKENS"),))]

    assert (await ask(client)).truncated


async def test_silence_and_absence_are_told_apart(gemini):
    """Too slow is 504, not there is 503; neither before its time: a slow stream is no silence."""
    config = GeminiConfig(base_url=gemini.url, timeout_s=0.5, retries=0)
    gemini.replies = [Reply(pause_s=0.3), Reply(pause_s=2)]
    assert "A summary." == (await ask(GeminiClient(config, "a-key"))).text
    with pytest.raises(UpstreamTimeout, match=r"silent for 0\.5 seconds"):
        await ask(GeminiClient(config, "a-key"))
    nobody = config.model_copy(update={"base_url": "http://127.0.0.1:9"})
    with pytest.raises(UpstreamOverloaded, match="cannot be reached"):
        await ask(GeminiClient(nobody, "a-key"))


async def test_who_leaves_hangs_up(client, gemini):
    """The API need not go on."""
    gemini.replies = [Reply(tuple(chunk("x" * 100_000) for _ in range(50)), pause_s=0.05)]
    async with aclosing(client.stream(MODEL, "x = 1", instructions())) as events:
        await anext(events)
    await asyncio.sleep(0.1)

    assert await asyncio.to_thread(gemini.deserted.wait, 5)


async def test_a_document_that_could_be_too_long_is_counted_by_the_api(client, gemini):
    """A small one cannot be: no token is shorter than a byte."""
    model = reader(client)

    assert len("é = 1") + 1 + 14 == await model.count_tokens("é = 1", instructions())
    assert [] == gemini.asked
    assert 314 == await model.count_tokens("x" * 600, instructions())
    assert gemini.asked[0].path.endswith("gemini-2.5-flash:countTokens")


async def test_a_document_longer_than_its_context_is_read_in_parts(client, gemini):
    """As with any model."""
    model = reader(client)
    document = Document("line of text\n" * 200, language_of("a.txt"))
    gemini.replies = [Reply()]
    backend = MapReduce(model, parallel=2)
    events = [event async for event in backend.stream(document, Instructions("Be brief.", 100, 0.2))]
    read = [asked.text for asked in gemini.asked if "generationConfig" in asked.body]

    assert any(isinstance(event, Progress) for event in events)
    assert document.text == "".join(text for text in read if text.startswith("line"))
    assert "A summary." == events[-1].text
