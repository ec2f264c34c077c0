"""The built-in chat model as a user meets it: one stream over HTTP, its reasoning shown."""

import time
from statistics import median

import httpx

from bench.engine.ask import Answer, read, stream, user
from bench.figure import Figure
from bench.graph import client, starting

WARM_UP, CALLS = 3, 15
EFFORT = {"reasoning_effort": "high", "include_thinking": True}


async def measure() -> list[Figure]:
    with starting() as workbench:
        workbench.wait_until_up()
        async with client(workbench) as http:
            answers = [await _ask(http, i) for i in range(WARM_UP + CALLS)][WARM_UP:]
    first = median(answer.first_s for answer in answers) * 1000
    speed = median(_speed(answer) for answer in answers)
    detail = f"{CALLS} sums one after another, {median(answer.written for answer in answers):g} tokens each"
    return [
        Figure("first token of pocket-chat", first, 150, "ms", detail),
        Figure("one stream of pocket-chat", speed, 150, "tokens/s", "after the first token", is_floor=True),
    ]


async def _ask(http: httpx.AsyncClient, i: int) -> Answer:
    begun = time.perf_counter()
    question = [user(f"What is {10 + i} + {90 - 3 * i}?")]
    return read(begun, [event async for event in stream(http, question, 400, **EFFORT)])


def _speed(answer: Answer) -> float:
    """What comes in one message counts from the message before it."""
    return (answer.written - 1) / (answer.times[-1] - answer.times[0])
