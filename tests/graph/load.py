"""Clients of all kinds that ask without a pause. What became of each request is kept; none of them asks twice."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import httpx
import orjson

HELLO = {"messages": [{"role": "user", "content": "Hello! Who are you?"}], "max_tokens": 48}
TEXT = "The first sentence of a text. " * 5
PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Failure:
    """`status` is None where the connection was cut. `code` is that of an error body, or of a stream's last event."""

    kind: str
    status: int | None
    code: str | None
    text: str
    retry_after: str | None = None

    @property
    def can_be_acted_on(self) -> bool:
        """It came as words: a refusal with a time to come back, or the last event of a stream."""
        return bool(self.retry_after) if self.status == 503 else self.status == 200 and bool(self.code)


class Load:
    """`served` are the moments at which requests came to a good end."""

    def __init__(
        self, url: str, *, streams: int = 4, answers: int = 2, embeddings: int = 1, summaries: int = 0
    ) -> None:
        headers = {"Authorization": "Bearer alices-key"}
        self._client = httpx.AsyncClient(base_url=url, headers=headers, timeout=60)
        self._workers: dict[Callable[[], Awaitable[None]], int] = {
            self._stream: streams,
            self._answer: answers,
            self._embedding: embeddings,
            self._summary: summaries,
        }
        self.served: list[float] = []
        self.failures: list[Failure] = []
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """What was asked is still answered."""
        self._stopped.set()

    async def run(self, seconds: float) -> None:
        tasks = [asyncio.create_task(self._repeat(ask)) for ask, count in self._workers.items() for _ in range(count)]
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), seconds)
        self.stop()
        await asyncio.gather(*tasks)
        await self._client.aclose()

    async def _repeat(self, ask: Callable[[], Awaitable[None]]) -> None:
        while not self._stopped.is_set():
            try:
                await ask()
            except httpx.TransportError as error:
                self.failures.append(Failure(ask.__name__.strip("_"), None, None, repr(error)))
            await asyncio.sleep(PAUSE_S)

    async def _stream(self) -> None:
        async with self._client.stream("POST", "/v1/chat/completions", json=HELLO | {"stream": True}) as answer:
            lines = [line async for line in answer.aiter_lines() if line]
        if lines and lines[-1] == "data: [DONE]":
            self.served.append(time.monotonic())
        else:
            self._fail("stream", answer, lines[-1].removeprefix("data: ") if lines else "")

    async def _answer(self) -> None:
        self._count("answer", await self._client.post("/v1/chat/completions", json=HELLO))

    async def _embedding(self) -> None:
        self._count("embedding", await self._client.post("/v1/embeddings", json={"input": f"{TEXT}{time.monotonic()}"}))

    async def _summary(self) -> None:
        file = ("a.txt", f"{TEXT}{time.monotonic()}. " * 3)
        self._count("summary", await self._client.post("/summarize", files={"file": file}))

    def _count(self, kind: str, answer: httpx.Response) -> None:
        if answer.is_success:
            self.served.append(time.monotonic())
        else:
            self._fail(kind, answer, answer.text)

    def _fail(self, kind: str, answer: httpx.Response, text: str) -> None:
        retry_after = answer.headers.get("Retry-After")
        self.failures.append(Failure(kind, answer.status_code, _code(text), text, retry_after))


def _code(text: str) -> str | None:
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return said["error"]["code"] if "error" in said else None
