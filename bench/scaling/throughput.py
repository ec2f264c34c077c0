"""Tokens a second beside the ideal, which is what the model's sleep alone allows, and where the CPU's time goes."""

import os
import time
from collections import Counter

from bench.figure import Figure
from bench.scaling.cpu import spent_s
from bench.scaling.graph import sleeping
from bench.scaling.sleeping import STEP_S
from bench.scaling.talk import tokens_per_s
from tests.graph.workbench import Workbench

REPLICAS, STREAMS = (1, 2, 4, 8), 20  # 2,000 tokens a second
KNEE_REPLICAS, KNEE_STREAMS = 4, (10, 30, 40, 60, 90, 120)
SECONDS = 8


async def even() -> list[Figure]:
    """The same load on more and more replicas."""
    figures = []
    for replicas in REPLICAS:
        async with sleeping(replicas) as workbench:
            figures.append(await measured(workbench, replicas, STREAMS, goal=0.9))
    return figures


async def knee() -> list[Figure]:
    """More and more load on the same replicas. No goal: it is to be seen where the machine ends."""
    async with sleeping(KNEE_REPLICAS) as workbench:
        return [await measured(workbench, KNEE_REPLICAS, streams, goal=0) for streams in KNEE_STREAMS]


async def measured(workbench: Workbench, replicas: int, streams: int, *, goal: float, way: str = "") -> Figure:
    await tokens_per_s(workbench.url, streams, round(1 / STEP_S))  # warm
    before, begun = spent_s(workbench), time.perf_counter()
    speed = await tokens_per_s(workbench.url, streams, round(SECONDS / STEP_S))
    cores = _cores(spent_s(workbench), before, time.perf_counter() - begun)
    ideal = streams / STEP_S
    name = f"{way and way + ': '}{streams} streams over {replicas} Chat replicas / ideal"
    return Figure(name, speed / ideal, goal, "×", f"{speed:,.0f} of {ideal:,.0f} tokens/s; {cores}", is_floor=True)


def _cores(after: Counter[str], before: Counter[str], seconds: float) -> str:
    busy = {part: (after[part] - before[part]) / seconds for part in after}
    parts = ", ".join(f"{part} {share:.2f}" for part, share in sorted(busy.items(), key=lambda item: -item[1]))
    return f"{sum(busy.values()):.2f} of {os.cpu_count()} cores: {parts}"
