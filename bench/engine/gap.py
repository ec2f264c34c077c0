"""What a running answer suffers while somebody else's long prompt is read."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

import httpx

from bench import random_model
from bench.engine.ask import ask, read, stream, user
from bench.engine.sides import ours, theirs
from bench.figure import Figure

ROUNDS = 2
SLOTS, CONTEXT_TOKENS = 4, 6144
PROMPT_TOKENS, RUNNING_TOKENS = 4000, 2000
AHEAD_S = 1.5  # that the answer runs before the prompt comes


@dataclass(frozen=True, slots=True)
class Gap:
    """`wait_s` is how long the prompt itself took to its first token."""

    longest_s: float
    wait_s: float

    @classmethod
    def middle(cls, gaps: Iterable["Gap"]) -> "Gap":
        longest, waits = zip(*((gap.longest_s, gap.wait_s) for gap in gaps), strict=True)
        return cls(median(longest), median(waits))


async def measure() -> list[Figure]:
    async with (
        ours(slots=SLOTS, context_tokens=CONTEXT_TOKENS) as graph,
        theirs(slots=SLOTS, context_tokens=CONTEXT_TOKENS) as peer,
    ):
        rounds = [[await _gap(http, seed) for http in (graph, peer)] for seed in range(ROUNDS)]
    mine, its = (Gap.middle(side) for side in zip(*rounds, strict=True))
    waits = f"the prompt's own first token after {mine.wait_s:.3g} and {its.wait_s:.3g} s"
    detail = f"{mine.longest_s * 1000:.3g} and {its.longest_s * 1000:.3g} ms; {waits}"
    ratio = mine.longest_s / its.longest_s
    return [Figure(f"longest gap while {PROMPT_TOKENS:,} tokens of a prompt arrive / peer", ratio, 0.3, "×", detail)]


async def _gap(http: httpx.AsyncClient, seed: int) -> Gap:
    events: list[tuple[float, str]] = []
    begun = time.perf_counter()
    running = asyncio.create_task(_collect(http, seed, events))
    await asyncio.sleep(AHEAD_S)
    prompt = await ask(http, [user("Read:" + random_model.text(PROMPT_TOKENS, 10 + seed))], 1)
    if running.done():
        raise RuntimeError(f"{http.base_url} answered before the prompt was read") from running.exception()
    running.cancel()
    await asyncio.wait([running])
    return Gap(read(begun, events).longest_gap_s(prompt.begun, prompt.times[0]), prompt.first_s)


async def _collect(http: httpx.AsyncClient, seed: int, events: list[tuple[float, str]]) -> None:
    running = stream(http, [user("Go on:" + random_model.text(20, seed))], RUNNING_TOKENS)
    async for event in running:
        events.append(event)  # noqa: PERF401 - they are kept though this is cancelled
