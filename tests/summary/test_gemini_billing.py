"""Whoever asks Gemini is charged what it cost, however the call ends."""

import asyncio
from contextlib import aclosing, asynccontextmanager, suppress

import pytest

from deployments.config import GeminiConfig
from deployments.errors import ServingError
from deployments.limits.budgets import Charge
from deployments.summary.document import Instructions
from deployments.summary.gemini_billing import BilledGemini
from deployments.summary.gemini_client import GeminiClient
from tests.summary.gemini_server import USAGE, Reply, chunk

MODEL, TEXT = "gemini-2.5-flash", "x = 1"
INSTRUCTIONS = Instructions("You are brief.", 300, 0.2)
ESTIMATE = (len(TEXT) + len("You are brief.")) // 4 + 300
BLOCKED = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 7, "totalTokenCount": 7}}


class Till:
    """Keeps what was charged to whom."""

    def __init__(self) -> None:
        self.charged: list[tuple[str, int]] = []

    @asynccontextmanager
    async def charging(self, key, tokens):
        charge = Charge(tokens)
        try:
            yield charge
        finally:
            self.charged.append((key, charge.tokens))


@pytest.fixture
def till():
    return Till()


@pytest.fixture
def api(gemini, till):
    return BilledGemini(GeminiClient(GeminiConfig(base_url=gemini.url, timeout_s=0.5, retries=1), "a-key"), till)


@pytest.mark.parametrize(
    ("reply", "cost"),
    [
        (Reply(), USAGE["totalTokenCount"]),
        (Reply((BLOCKED,)), 7),
        (Reply((chunk("", "STOP"),)), USAGE["totalTokenCount"]),
        (Reply((chunk("Half"),), is_cut=True), USAGE["totalTokenCount"]),
        (Reply.error(429, "RESOURCE_EXHAUSTED"), 0),
        (Reply.error(503, "UNAVAILABLE"), 0),
        (Reply.error(404, "NOT_FOUND"), 0),
        (Reply(pause_s=1), ESTIMATE),
    ],
    ids=["answer", "blocked", "silent", "broken", "quota", "overloaded", "unknown model", "timeout"],
)
async def test_a_call_costs_what_the_api_says(api, gemini, till, reply, cost):
    """A failure of the API costs nothing; one that nobody waited for is charged as it was estimated."""
    gemini.replies = [reply]
    with suppress(ServingError):
        await api.answer("alice", MODEL, TEXT, INSTRUCTIONS)

    assert [("alice", cost)] == till.charged


async def test_who_leaves_in_the_midst_pays_what_was_used(api, gemini, till):
    """As far as the API had counted."""
    gemini.replies = [Reply((chunk("Half"), chunk("more")), pause_s=0.2)]
    async with aclosing(api.stream("alice", MODEL, TEXT, INSTRUCTIONS)) as events:
        await anext(events)

    assert [("alice", USAGE["totalTokenCount"])] == till.charged


async def test_who_leaves_before_a_word_pays_what_was_estimated(api, gemini, till):
    """The API goes on for all we know."""
    gemini.replies = [Reply(pause_s=0.3)]
    asking = asyncio.create_task(api.answer("alice", MODEL, TEXT, INSTRUCTIONS))
    while not gemini.asked:
        await asyncio.sleep(0.01)
    asking.cancel()
    await asyncio.wait([asking])

    assert [("alice", ESTIMATE)] == till.charged
