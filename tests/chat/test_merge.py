"""Several streams are read as one, and none is left behind."""

import asyncio

import pytest

from deployments.chat.merge import merged


class Source:
    """Gives items when it is told to, and knows whether it was closed."""

    def __init__(self):
        self.items = asyncio.Queue()
        self.is_closed = False

    async def stream(self):
        try:
            while True:
                item = await self.items.get()
                if isinstance(item, Exception):
                    raise item
                if item is None:
                    return
                yield item
        finally:
            self.is_closed = True


@pytest.mark.parametrize("count", [1, 3])
async def test_items_come_with_the_number_of_their_stream(count):
    """In the order of each, until all have ended."""
    sources = [Source() for _ in range(count)]
    for number, source in enumerate(sources):
        for item in (f"{number}a", f"{number}b", None):
            source.items.put_nowait(item)
    items = [item async for item in merged([source.stream() for source in sources])]

    for number in range(count):
        assert [f"{number}a", f"{number}b"] == [item for place, item in items if place == number]
    assert all(source.is_closed for source in sources)


async def test_nobody_waits_for_the_slowest():
    """What is there is passed on."""
    slow, fast = Source(), Source()
    stream = merged([slow.stream(), fast.stream()])
    for item in "abc":
        fast.items.put_nowait(item)

    assert [(1, "a"), (1, "b"), (1, "c")] == [await anext(stream) for _ in range(3)]
    await stream.aclose()


@pytest.mark.parametrize("count", [1, 3])
async def test_who_leaves_closes_all(count):
    """Those that wait and those that do not."""
    sources = [Source() for _ in range(count)]
    stream = merged([source.stream() for source in sources])
    sources[0].items.put_nowait("a")
    await anext(stream)
    await stream.aclose()

    assert all(source.is_closed for source in sources)


@pytest.mark.parametrize("count", [1, 3])
async def test_a_cancelled_reader_closes_all(count):
    """As when a client leaves while nothing comes."""
    sources = [Source() for _ in range(count)]
    reader = asyncio.create_task(anext(merged([source.stream() for source in sources])))
    await asyncio.sleep(0.01)
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader

    assert all(source.is_closed for source in sources)


@pytest.mark.parametrize("count", [1, 3])
async def test_an_error_of_one_ends_all(count):
    """And is the reader's to hear."""
    sources = [Source() for _ in range(count)]
    sources[-1].items.put_nowait(ValueError("broken"))
    with pytest.raises(ValueError, match="broken"):
        await anext(merged([source.stream() for source in sources]))

    assert all(source.is_closed for source in sources)
