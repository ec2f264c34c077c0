"""A computation under way whose events several may hear. It knows events, not what they mean."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Generic, TypeVar

T = TypeVar("T")


class Flight(Generic[T]):
    """Everybody hears all of it from the beginning, however late they come and however slowly they listen.

    It begins at once, and is given up when the last listener leaves. For one event loop.
    """

    def __init__(self, events: AsyncGenerator[T]) -> None:
        self._told: list[T] = []
        self._news = asyncio.Event()
        self._listeners = 0
        self._task = asyncio.create_task(self._run(events))
        self._task.add_done_callback(lambda _: self._wake())

    @property
    def is_over(self) -> bool:
        """Whether it has ended, or nobody listens any more."""
        return not self._listeners or self._task.done()

    @property
    def has_failed(self) -> bool:
        return self._task.done() and (self._task.cancelled() or self._task.exception() is not None)

    async def listen(self) -> AsyncGenerator[T]:
        """The events, and at last the error that ended them, if one did."""
        self._listeners += 1
        try:
            heard = 0
            while heard < len(self._told) or not self._task.done():
                news = self._news
                for event in self._told[heard:]:
                    heard += 1
                    yield event
                if heard == len(self._told) and not self._task.done():
                    await news.wait()
            self._task.result()
        finally:
            self._listeners -= 1
            if not self._listeners:
                self._task.cancel()

    async def _run(self, events: AsyncGenerator[T]) -> None:
        async with aclosing(events):
            async for event in events:
                self._told.append(event)
                self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
