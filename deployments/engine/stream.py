"""The tokens of one sequence on their way from the engine's thread to the event loop."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from deployments.engine.sequence import Sequence


class TokenStream:
    """Iterates over lists of tokens, the first at once and then one every `interval_s()` at most.

    What arrives meanwhile comes together, for each list costs its way to the client as much as a large one. The streams
    of a loop wait for the same moments, so that whoever passes their lists on wakes up once for all of them.
    """

    def __init__(self, sequence: Sequence, interval_s: Callable[[], float]) -> None:
        self.sequence = sequence
        self._interval_s = interval_s
        self._next = 0.0
        self.loop = asyncio.get_running_loop()
        self._taken = sequence.prompt_tokens
        self._tokens: list[int] = []
        self._error: BaseException | None = None
        self._ended = asyncio.Event()
        self._news = asyncio.Event()

    def take(self) -> list[int]:
        """What the sequence has gained since this was last called, by the engine's thread."""
        new = self.sequence.tokens[self._taken :]
        self._taken += len(new)
        return new

    def put(self, tokens: list[int]) -> None:
        if tokens:
            self._tokens.extend(tokens)
            self._news.set()

    def close(self, error: BaseException | None = None) -> None:
        """Nothing more will come; an `error` is raised once the tokens before it are read."""
        self._error = error
        self._ended.set()
        self._news.set()

    def __aiter__(self) -> "TokenStream":
        return self

    async def __anext__(self) -> list[int]:
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._next):
                await self._ended.wait()
        while not self._tokens:
            if self._ended.is_set():
                raise self._error or StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        tokens, self._tokens = self._tokens, []
        self._next = self._next_moment()
        return tokens

    def _next_moment(self) -> float:
        now, interval_s = self.loop.time(), self._interval_s()
        return (now // interval_s + 1) * interval_s if interval_s else now
