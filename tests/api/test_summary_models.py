"""POST /summarize over HTTP by every kind of model: extractive, a GGUF on llama.cpp, Gemini through its own client."""

import asyncio
import json
import re

import pytest

from deployments.api.openai.local_chat import LocalChat
from deployments.config import GeminiConfig, GeminiModelConfig, LimitsConfig, SummaryConfig, TokenBudget
from deployments.summary.gemini_billing import BilledGemini
from deployments.summary.gemini_client import GeminiClient
from deployments.summary.gemini_model import NO_KEY, GeminiModels
from deployments.summary.mapreduce import MapReduce
from deployments.summary.persona_files import read_personas
from deployments.summary.reader import ChatReader
from deployments.summary.service import SummaryService
from tests.limits.local_budgets import LocalBudgets
from tests.summary.gemini_server import USAGE, Reply, chunk, retry_info

PYTHON = {"file": ("shop.py", b'"""A shop."""\n\ndef buy(item: str) -> int:\n    """Costs money."""\n')}
LOCAL = {"model_name": "pocket-chat", "persona": "default", "temperature": "0"}
GEMINI = {"model_name": "gemini"}
SHORT = GeminiModelConfig(context_tokens=8192)
BLOCKED = {"blockReason": "SAFETY", "safetyRatings": [{"category": "HARM_CATEGORY_HARASSMENT", "blocked": True}]}


@pytest.fixture
def summarizer(chat_service, extractive, gemini):
    """Makes services whose default model is the GGUF. Each key has the budget that is given."""

    def service(budget: int | None = None, *, key_set: bool = True, **fields) -> SummaryService:
        config = GeminiConfig(base_url=gemini.url, timeout_s=1, retries=0, **fields)
        limits = LimitsConfig(budget=budget and TokenBudget(tokens=budget, seconds=60))
        api = BilledGemini(GeminiClient(config, "geminis-key"), LocalBudgets(limits))
        local = MapReduce(ChatReader(LocalChat(chat_service), lambda: "pocket"), parallel=2)
        backends = {"pocket-chat": local, "extractive": extractive}
        models = GeminiModels(config, api, key_set=key_set)
        return SummaryService(SummaryConfig(), read_personas(SummaryConfig()), backends, models)

    return service


@pytest.fixture
def summaries(connect_to, services, summarizer):
    """Makes clients of such a service: alice's."""
    return lambda *budget, **more: connect_to(services, summarizer=summarizer(*budget, **more))


async def ask(client, files=PYTHON, **fields):
    return await client.post("/summarize", files=files, **fields)


def events_of(answer) -> list[dict]:
    return [json.loads(line.removeprefix("data: ")) for line in answer.text.split("\n\n") if line]


async def test_the_local_model_reads_who_it_is_and_what_it_is_given(summaries):
    """Its answer is its own, its tokens are counted; at temperature 0 it says the same again."""
    client = summaries()
    first, fresh = [(await ask(client, data=LOCAL, headers={"Cache-Control": "no-cache"})).json() for _ in range(2)]

    assert ("pocket-chat", "default", False) == (first["model"], first["persona"], first["cached"])
    assert first == fresh
    assert first["summary"]
    assert first["usage"]["prompt_tokens"] > 300
    assert first["usage"]["total_tokens"] == sum(list(first["usage"].values())[:2])


async def test_it_writes_for_those_who_name_no_model(summaries):
    """Extractive summaries are there for those who ask for them."""
    client = summaries()

    unnamed = {"persona": "default", "temperature": "0"}
    assert "pocket-chat" == (await ask(client, data=unnamed)).json()["model"]
    assert "extractive" == (await ask(client, data={"model_name": "extractive"})).json()["model"]


async def test_a_local_answer_is_streamed_as_it_comes(summaries):
    """Several pieces, and the whole with its usage."""
    *pieces, whole = events_of(await ask(summaries(), data=LOCAL | {"stream": "true"}))

    assert len(pieces) > 1
    assert whole["summary"] == "".join(piece["delta"] for piece in pieces)
    assert whole["usage"]["completion_tokens"]


async def test_a_limit_that_leaves_no_room_for_a_word_is_named(summaries):
    """The request has cost its work, so it counts."""
    client = summaries()
    first, second = [await ask(client, data=LOCAL | {"max_tokens": "1"}) for _ in range(2)]

    assert 400 == first.status_code
    assert "The model spent its 1 tokens on reasoning. Raise max_tokens." == first.json()["detail"]
    assert [999, 998] == [int(answer.headers["X-RateLimit-Remaining"]) for answer in (first, second)]


async def test_gemini_is_asked_with_the_persona_as_its_instruction(summaries, gemini):
    """And the document as what it is; the usage is what will be paid."""
    answer = (await ask(summaries(), data=GEMINI | {"persona": "sdet", "max_tokens": "77"})).json()
    (asked,) = gemini.asked

    assert ("A summary.", "gemini-2.5-flash", "sdet") == (answer["summary"], answer["model"], answer["persona"])
    assert (USAGE["promptTokenCount"], USAGE["totalTokenCount"]) == (
        answer["usage"]["prompt_tokens"],
        answer["usage"]["total_tokens"],
    )
    assert "Python" in asked.body["systemInstruction"]["parts"][0]["text"]
    assert PYTHON["file"][1].decode() == asked.text
    assert 77 == asked.body["generationConfig"]["maxOutputTokens"]


@pytest.mark.parametrize(("asked", "is_strict"), [("true", True), ("false", False)])
async def test_safety_is_the_client_s_choice(summaries, gemini, asked, is_strict):
    """Off, unless it is wished."""
    await ask(summaries(), data=GEMINI | {"enable_safety": asked})

    assert is_strict == ("safetySettings" in gemini.asked[0].body)


@pytest.mark.parametrize(
    ("reply", "status", "said"),
    [
        (Reply.error(429, "RESOURCE_EXHAUSTED", retry_info("17s")), 429, "Gemini's quota is used up."),
        (Reply.error(503, "UNAVAILABLE"), 503, "not able to answer now"),
        (Reply.error(403, "PERMISSION_DENIED", message="geminis-key"), 502, "check GEMINI_API_KEY"),
        (Reply.error(404, "NOT_FOUND"), 404, "no model 'gemini-2.5-flash'"),
        (Reply(pause_s=2), 504, "silent for 1 seconds"),
        (Reply(({"promptFeedback": BLOCKED},)), 422, "HARM_CATEGORY_HARASSMENT"),
        (Reply(({"candidates": []},)), 502, "gave no answer"),
        (Reply((chunk("Half"),), is_cut=True), 502, "broke off"),
    ],
    ids=["quota", "overload", "key", "model", "timeout", "safety", "nothing", "broken"],
)
async def test_a_failure_of_gemini_is_told_as_it_is_and_never_kept(summaries, gemini, reply, status, said):
    """With its own status; the next request asks again."""
    gemini.replies = [reply]
    client = summaries()
    failed = await ask(client, data=GEMINI)
    gemini.replies = [Reply()]

    assert status == failed.status_code
    assert said in failed.json()["detail"]
    assert "geminis-key" not in failed.text
    assert ("17" if status == 429 else None) == (failed.headers.get("Retry-After") if status != 503 else None)
    assert "A summary." == (await ask(client, data=GEMINI)).json()["summary"]


async def test_a_failure_in_the_midst_of_a_stream_is_its_last_event(summaries, gemini):
    """After what had come by then; a stream that failed before a word keeps its status."""
    gemini.replies = [Reply((chunk("Half"), Reply.error(503, "UNAVAILABLE").chunks[0]))]
    *pieces, last = events_of(await ask(summaries(), data=GEMINI | {"stream": "true"}))
    gemini.replies = [Reply.error(503, "UNAVAILABLE")]
    early = await ask(summaries(), data=GEMINI | {"stream": "true"})

    assert [{"delta": "Half"}] == pieces
    assert "upstream_overloaded" == last["error"]["code"]
    assert 503 == early.status_code


async def test_without_a_key_gemini_is_not_there(summaries, gemini):
    """And the answer says what to do."""
    answer = await ask(summaries(key_set=False), data=GEMINI)

    assert (503, NO_KEY, []) == (answer.status_code, answer.json()["detail"], gemini.asked)


async def test_what_is_known_is_not_computed_again_unless_it_is_wished(summaries, gemini):
    """`Cache-Control: no-cache` asks anew, and what it finds is known to the next."""
    client = summaries()
    headers = [{}, {}, {"Cache-Control": "no-cache"}, {"cache-control": "max-age=0, No-Cache"}, {}]
    cached = [(await ask(client, data=GEMINI, headers=header)).json()["cached"] for header in headers]

    assert [False, True, False, False, True] == cached
    assert 3 == len(gemini.asked)


async def test_equal_requests_at_the_same_time_are_computed_once(summaries, gemini):
    """Ten of them, streamed or not, for one asking of the model."""
    gemini.replies = [Reply(pause_s=0.1)]
    client = summaries()
    whole = [ask(client, data=GEMINI) for _ in range(5)]
    streamed = [ask(client, data=GEMINI | {"stream": "true"}) for _ in range(5)]
    answers = await asyncio.gather(*whole, *streamed)

    assert {"A summary."} == {
        events_of(a)[-1]["summary"] if i > 4 else a.json()["summary"] for i, a in enumerate(answers)
    }
    assert 1 == len(gemini.asked)


@pytest.mark.slow
async def test_five_megabytes_are_read_in_parts_of_a_short_context(summaries, gemini):
    """All of them, told from part to part; nothing is cut and nothing is left out."""
    line = "def function_%06d(argument): return argument + %06d\n"
    text = "".join(line % (i, i) for i in range(5 * 1024 * 1024 // len(line % (0, 0))))
    gemini.replies = [Reply((chunk("Of a part.", "STOP"),))]
    client = summaries(models={"gemini-2.5-flash": SHORT}, parallel=8)
    events = events_of(await ask(client, {"file": ("a.py", text.encode())}, data=GEMINI | {"stream": "true"}))
    steps = [event["progress"] for event in events if "progress" in event]
    read = sorted(asked.text for asked in gemini.asked if "generationConfig" in asked.body)
    parts = [part for part in read if part.startswith("def")]

    assert len(text) > 5_200_000
    assert text == "".join(parts)
    assert max(len(part) // gemini.bytes_per_token for part in parts) < 8192
    assert (len(parts), len(parts)) == (steps[len(parts)]["done"], steps[0]["parts"])
    assert ("Of a part.", False) == (events[-1]["summary"], events[-1]["truncated"])
    assert USAGE["totalTokenCount"] * len(read) == events[-1]["usage"]["total_tokens"]


async def test_a_local_model_reads_a_long_document_in_parts(summaries):
    """Whatever it makes of them: lines of which it says nothing are named, and of nothing at all an error is made."""
    text = "".join(f"def function_{i}(argument):\n    return argument + {i}\n\n" for i in range(30))
    events = events_of(await ask(summaries(), {"file": ("a.py", text.encode())}, data=LOCAL | {"stream": "true"}))
    last = events[-1]
    steps = [event["progress"] for event in events if "progress" in event]

    assert steps[0]["parts"] > 1
    assert (steps[0]["level"], steps[0]["done"]) == (1, 0)
    if "error" in last:
        assert re.search("said nothing|on reasoning", last["error"]["message"])
    else:
        assert last["summary"] == "".join(event.get("delta", "") for event in events)
        assert ("Missing: lines" in last["summary"]) <= last["truncated"]


async def test_a_budget_that_is_spent_is_a_limit_that_is_met(summaries, gemini):
    """In the same words and headers; the request costs no call, what is known stays free, and so do other models."""
    client = summaries(budget=USAGE["totalTokenCount"])
    first = await ask(client, data=GEMINI)
    refused = await ask(client, data=GEMINI | {"persona": "sdet"})
    known, local = await ask(client, data=GEMINI), await ask(client, data={"model_name": "extractive"})
    seconds = refused.headers["Retry-After"]

    assert [200, 429, 200, 200] == [answer.status_code for answer in (first, refused, known, local)]
    assert f"Rate limit exceeded. Try again in {seconds} seconds." == refused.json()["detail"]
    assert ("12", "0", seconds) == tuple(
        refused.headers[f"X-RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")
    )
    assert (True, 1) == (known.json()["cached"], len(gemini.asked))
    assert int(first.headers["X-RateLimit-Remaining"]) - 2 == int(local.headers["X-RateLimit-Remaining"])


async def test_each_key_pays_for_itself(connect_to, services, summarizer, gemini):
    """Equal requests of two keys at the same time are two; what one has paid for, the other gets for nothing."""
    gemini.replies = [Reply(pause_s=0.1)]
    service = summarizer(USAGE["totalTokenCount"])
    alice, bob = [connect_to(services, key=key, summarizer=service) for key in ("alices-key", "bobs-key")]
    together = await asyncio.gather(*(ask(client, data=GEMINI) for client in (alice, bob, alice)))
    later = await ask(bob, data=GEMINI)

    assert [200] * 4 == [answer.status_code for answer in (*together, later)]
    assert (2, True) == (len(gemini.asked), later.json()["cached"])
    assert [429, 429] == [(await ask(c, data=GEMINI | {"persona": "sdet"})).status_code for c in (alice, bob)]


async def test_what_gemini_refused_to_write_of_counts(summaries, gemini):
    """It has read the document; a request for a model that does not exist costs nothing."""
    gemini.replies = [Reply(({"promptFeedback": BLOCKED},))]
    client = summaries()
    unknown, blocked = [await ask(client, data={"model_name": name}) for name in ("nobody", "gemini")]
    left = [int(answer.headers["X-RateLimit-Remaining"]) for answer in (unknown, blocked)]

    assert [404, 422] == [unknown.status_code, blocked.status_code]
    assert left[0] - 1 == left[1]
