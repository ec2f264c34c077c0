"""The tokens of one sequence on their way from the engine's thread to the event loop."""

import asyncio

from deployments.engine.sequence import Sequence


class TokenStream:
    """Iterates over lists of tokens. Those that arrive while the consumer is busy come together, in one list."""

    def __init__(self, sequence: Sequence) -> None:
        self.sequence = sequence
        self.loop = asyncio.get_running_loop()
        self._taken = sequence.prompt_tokens
        self._tokens: list[int] = []
        self._error: BaseException | None = None
        self._closed = False
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
        self._closed, self._error = True, error
        self._news.set()

    def __aiter__(self) -> "TokenStream":
        return self

    async def __anext__(self) -> list[int]:
        while not self._tokens:
            if self._closed:
                raise self._error or StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        tokens, self._tokens = self._tokens, []
        return tokens
