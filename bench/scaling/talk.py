"""Streams side by side, read as cheaply as a client can, for it computes on the cores that it measures."""

import asyncio
import time

import aiohttp
import orjson

from bench.graph import KEY

HEADERS = {"Authorization": f"Bearer {KEY}"}


async def tokens_per_s(url: str, streams: int, tokens: int) -> float:
    """Of all together; each counts from its first tokens to its last."""
    connections = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(url, connector=connections, headers=HEADERS) as http:
        return sum(await asyncio.gather(*(_speed(http, number, tokens) for number in range(streams))))


async def _speed(http: aiohttp.ClientSession, number: int, tokens: int) -> float:
    """Raises where the answer is not as long as it was to be."""
    question = [{"role": "user", "content": f"I am number {number}."}]
    body = {"messages": question, "max_tokens": tokens, "stream": True, "stream_options": {"include_usage": True}}
    events, first = [], 0.0
    async with http.post("/v1/chat/completions", json=body) as answer:
        answer.raise_for_status()
        async for line in answer.content:
            if line.startswith(b"data: {"):
                first = first or time.perf_counter()
                events.append(line)
        last = time.perf_counter()
    written = orjson.loads(events[-1][6:])["usage"]["completion_tokens"]
    if written != tokens:
        raise RuntimeError(f"{written} tokens instead of {tokens}: {events[-1]!r}")
    return (tokens - 1) / (last - first)
