"""Several streams as one."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TypeVar

T = TypeVar("T")


async def merged(streams: Sequence[AsyncGenerator[T]]) -> AsyncGenerator[tuple[int, T]]:
    """Items as they come, each with the number of its stream. However it ends, all streams are closed."""
    if len(streams) > 1:
        async with aclosing(_side_by_side(streams)) as numbered:
            async for item in numbered:
                yield item
    else:
        async with aclosing(streams[0]) as items:
            async for single in items:
                yield 0, single


async def _side_by_side(streams: Sequence[AsyncGenerator[T]]) -> AsyncGenerator[tuple[int, T]]:
    """One item of each stream is awaited, or waits here."""
    awaited = {asyncio.ensure_future(anext(stream)): number for number, stream in enumerate(streams)}
    try:
        while awaited:
            done, _ = await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
            for task in sorted(done, key=lambda task: awaited[task]):
                number = awaited.pop(task)
                try:
                    item = task.result()
                except StopAsyncIteration:
                    continue
                awaited[asyncio.ensure_future(anext(streams[number]))] = number
                yield number, item
    finally:
        for task in awaited:
            task.cancel()
        await asyncio.gather(*awaited, return_exceptions=True)
        for stream in streams:
            await stream.aclose()
