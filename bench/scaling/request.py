"""What HTTP, Ingress and Ray add to a request, and how long a conversation's replica is looked for."""

import time
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from bench.figure import Figure
from bench.graph import client
from bench.scaling.chat import sleeping_chat
from bench.scaling.graph import CHAT, sleeping
from deployments.api.openai.local_chat import LocalChat
from deployments.chat.messages import Message
from deployments.chat.request import ChatRequest
from deployments.config import GeneratorConfig
from deployments.models.builtin import POCKET_CHAT, builtin_model

REPLICAS, WARM_UP, CALLS = 4, 30, 300


async def measure() -> list[Figure]:
    alone = await _alone()
    async with sleeping(REPLICAS) as workbench:
        async with client(workbench) as http:
            served = await served_ms(http)
        lookups = _lookups_ms(workbench.path.with_name("lookups"))
    detail = (
        f"median of {CALLS} of one token: {served:.3g} ms served, {alone:.3g} ms from the same model in this process"
    )
    return [
        Figure("Ingress and Ray add to a request", served - alone, 5, "ms", detail),
        Figure("affinity lookup", median(lookups), 0.2, "ms", f"median of {len(lookups)}, {REPLICAS} replicas"),
    ]


async def served_ms(http: httpx.AsyncClient) -> float:
    """The median request of one token, over HTTP."""
    return median([await _served(http, i) for i in range(WARM_UP + CALLS)][WARM_UP:])


async def _alone() -> float:
    config = GeneratorConfig.model_validate(CHAT)
    service = sleeping_chat(config, builtin_model(POCKET_CHAT))
    chat = LocalChat(service)
    times = [await _timed(chat.complete(_request(i))) for i in range(WARM_UP + CALLS)][WARM_UP:]
    service.close()
    return median(times)


def _request(i: int) -> ChatRequest:
    return ChatRequest((Message("user", f"I am number {i}."),), max_tokens=1)


async def _served(http: httpx.AsyncClient, i: int) -> float:
    body = {"messages": [{"role": "user", "content": f"I am number {i}."}], "max_tokens": 1}
    return await _timed(http.post("/v1/chat/completions", json=body))


async def _timed(asked: Any) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    await asked
    return (time.perf_counter() - begun) * 1000


def _lookups_ms(file: Path) -> list[float]:
    return [float(line) / 1000 for line in file.read_text().splitlines()][WARM_UP:]
