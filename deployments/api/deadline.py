"""No answer takes longer than is allowed."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from typing import TypeVar

from deployments.errors import DeadlineExceeded

T = TypeVar("T")


async def answer_within(seconds: float, answer: Awaitable[T]) -> T:
    """Raises DeadlineExceeded, after `answer` was cancelled."""
    try:
        return await asyncio.wait_for(answer, seconds)
    except TimeoutError:
        raise DeadlineExceeded(f"The answer took longer than {seconds:g} seconds.") from None


async def items_within(seconds: float, items: AsyncGenerator[T]) -> AsyncGenerator[T]:
    """The same for all items together. (asyncio.timeout would not do: a stream is read by more than one task.)"""
    deadline = time.monotonic() + seconds
    async with aclosing(items):
        while True:
            try:
                yield await asyncio.wait_for(anext(items), max(0.0, deadline - time.monotonic()))
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise DeadlineExceeded(f"The answer took longer than {seconds:g} seconds.") from None
