"""Tokens per second on texts of equal and of mixed lengths, and the time of a single short one, beside each peer."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from bench.embedding import infinity, llama, model, sides
from bench.embedding.measured import Measured
from bench.figure import Figure


async def beside_library() -> list[Figure]:
    return await _beside("sentence-transformers", sides.library, {"equal": 4, "mixed": 15, "single": 0.3})


async def beside_infinity() -> list[Figure]:
    return await _beside("infinity-emb", infinity.measure, {"equal": 1.4, "mixed": 2.5, "single": 1})


async def beside_llama() -> list[Figure]:
    return await _beside("llama.cpp", llama.measure, {"equal": 1, "mixed": 1, "single": 1})


async def _beside(peer: str, measure: Callable[[], Measured], goals: Mapping[str, float]) -> list[Figure]:
    """Goals are of throughput, and for the single text of time."""
    theirs, own = [await _alone(side) for side in (measure, sides.ours)]
    own.require_like(theirs)
    return [_figure(name, peer, own.seconds[name], theirs.seconds[name], goal) for name, goal in goals.items()]


async def _alone(side: Callable[[], Measured]) -> Measured:
    """On a thread that ends with it: one side's threads of OpenMP would make those of the other one wait."""
    with ThreadPoolExecutor(1) as thread:
        return await asyncio.wrap_future(thread.submit(side))


def _figure(name: str, peer: str, own_s: float, theirs_s: float, goal: float) -> Figure:
    if name == "single":
        detail = f"{own_s * 1000:.3g} and {theirs_s * 1000:.3g} ms"
        return Figure(f"a text of {model.SINGLE_TOKENS} tokens / {peer}", own_s / theirs_s, goal, "×", detail)
    tokens = sum(map(len, model.tokens(model.SETS[name]())))
    detail = f"{tokens / own_s:.0f} and {tokens / theirs_s:.0f} tokens/s, {model.EQUAL_TEXTS} texts of {name} lengths"
    return Figure(f"{name} lengths / {peer}", theirs_s / own_s, goal, "×", detail, is_floor=True)
