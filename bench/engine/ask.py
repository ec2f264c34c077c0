"""One streamed chat completion, watched by a clock. The same request for both sides."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import httpx
import orjson

Message = dict[str, str]
# Said to both, for their defaults differ.
SAMPLING = {"temperature": 0.7, "top_k": 40, "top_p": 1.0, "min_p": 0.0}


@dataclass(frozen=True, slots=True)
class Answer:
    """`times` are when pieces of its text arrived, in seconds of time.perf_counter, as is `begun`."""

    begun: float
    times: list[float]
    text: str
    usage: dict[str, Any]

    @property
    def first_s(self) -> float:
        return self.times[0] - self.begun

    @property
    def written(self) -> int:
        return int(self.usage["completion_tokens"])

    @property
    def cached(self) -> int:
        return int(self.usage["prompt_tokens_details"]["cached_tokens"])

    @property
    def computed(self) -> int:
        """Tokens of its prompt that were not found in a cache."""
        return int(self.usage["prompt_tokens"]) - self.cached

    def longest_gap_s(self, since: float, until: float) -> float:
        """Between pieces of text that arrived in that time; what is not over at its end counts as far as it went."""
        inside = [time for time in self.times if since < time < until]
        before = max((time for time in self.times if time <= since), default=since)
        return max(later - earlier for earlier, later in pairwise([before, *inside, until]))


def user(text: str) -> Message:
    return {"role": "user", "content": text}


async def ask(http: httpx.AsyncClient, messages: list[Message], max_tokens: int) -> Answer:
    """Raises where the answer is no success, or not as long as it was to be."""
    begun = time.perf_counter()
    events = [event async for event in stream(http, messages, max_tokens)]
    answer = read(begun, events)
    if answer.written != max_tokens:
        raise RuntimeError(f"{http.base_url} wrote {answer.written} tokens instead of {max_tokens}")
    return answer


async def stream(
    http: httpx.AsyncClient, messages: list[Message], max_tokens: int, **more: Any
) -> AsyncIterator[tuple[float, str]]:
    """Events and when they came. They are read later, not to be in the way now. `more` joins the request's body."""
    options = {"stream": True, "stream_options": {"include_usage": True}}
    body = {"messages": messages, "max_tokens": max_tokens, **options, **SAMPLING, **more}
    async with http.stream("POST", "/v1/chat/completions", json=body) as response:
        if response.is_error:
            raise RuntimeError(f"{http.base_url}: {(await response.aread()).decode()}")
        async for line in response.aiter_lines():
            if line.startswith("data: {"):
                yield time.perf_counter(), line[6:]


def read(begun: float, events: list[tuple[float, str]]) -> Answer:
    chunks = [(moment, orjson.loads(data)) for moment, data in events]
    texts = [(moment, _text(chunk)) for moment, chunk in chunks if _text(chunk)]
    usage = next((chunk["usage"] for _, chunk in reversed(chunks) if chunk.get("usage")), {})
    return Answer(begun, [moment for moment, _ in texts], "".join(text for _, text in texts), usage)


def _text(chunk: dict[str, Any]) -> str:
    if "error" in chunk:
        raise RuntimeError(str(chunk["error"]))
    deltas = [choice["delta"] for choice in chunk["choices"]]
    return "".join(delta.get("thinking") or delta.get("content") or "" for delta in deltas)
