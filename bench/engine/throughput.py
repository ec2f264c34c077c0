"""Generated tokens per second, from the first request to the last token, prompts included."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from itertools import count
from statistics import median

import httpx

from bench import random_model
from bench.engine import alone
from bench.engine.ask import ask, user
from bench.engine.sides import ours, theirs
from bench.figure import Figure

ROUNDS = {1: 3, 4: 3, 16: 2}  # by streams at once
PROMPT_TOKENS, NEW_TOKENS, CONTEXT_TOKENS = 128, 128, 512
MARKUP_TOKENS = 12  # about what a chat template puts around

_seeds = count()  # no prompt comes twice, for it would be cached

Write = Callable[[str], Awaitable[int]]


async def measure() -> list[Figure]:
    sizes = {"slots": max(ROUNDS), "context_tokens": CONTEXT_TOKENS}
    async with ours(**sizes) as graph, theirs(**sizes) as peer:
        with alone.running(**sizes) as engine:
            sides = [_over(graph), lambda text: engine.write(text, NEW_TOKENS), _over(peer)]
            return [figure for streams in ROUNDS for figure in await _compare(streams, sides)]


def _over(http: httpx.AsyncClient) -> Write:
    async def write(text: str) -> int:
        return (await ask(http, [user(text)], NEW_TOKENS)).written

    return write


async def _compare(streams: int, sides: list[Write]) -> list[Figure]:
    """Graph and engine, both relative to the peer."""
    rounds = [[await _tokens_per_s(write, streams) for write in sides] for _ in range(ROUNDS[streams])]
    graph, engine, peer = (median(speeds) for speeds in zip(*rounds, strict=True))
    return [
        Figure(f"graph / peer, {streams} streams", graph / peer, 0.95, "×", _detail(graph, peer), is_floor=True),
        Figure(f"engine / peer, {streams} streams", engine / peer, 1, "×", _detail(engine, peer), is_floor=True),
    ]


async def _tokens_per_s(write: Write, streams: int) -> float:
    texts = ["Go on:" + random_model.text(PROMPT_TOKENS - MARKUP_TOKENS, next(_seeds)) for _ in range(streams)]
    begun = time.perf_counter()
    written = await asyncio.gather(*map(write, texts))
    return sum(written) / (time.perf_counter() - begun)


def _detail(mine: float, peer: float) -> str:
    return f"{mine:.3g} and {peer:.3g} tokens/s; {NEW_TOKENS} after prompts of about {PROMPT_TOKENS}"
