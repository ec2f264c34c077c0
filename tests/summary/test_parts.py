"""A text becomes as few parts as a model can read, whatever it counts as a token."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from deployments.summary.parts import parts_of

TEXTS = st.lists(st.text("ab é\n", max_size=40)).map("".join)


class Counter:
    """Bytes are tokens. Remembers how much it has counted."""

    def __init__(self) -> None:
        self.counted = 0

    async def __call__(self, text: str) -> int:
        self.counted += len(text)
        return len(text.encode())


@given(TEXTS, st.integers(4, 50), st.sampled_from(["code", "prose", "log"]))
async def test_every_part_fits_and_together_they_are_the_text(text, room, kind):
    """Also where most letters take two tokens, and others one."""
    parts = await parts_of(text, kind, room, Counter())

    assert text == "".join(parts)
    assert all(len(part.encode()) <= room for part in parts)


@given(TEXTS, st.integers(4, 50))
async def test_neighbours_that_fit_together_are_one(text, room):
    """Fewer parts are fewer readings."""
    parts = await parts_of(text, "prose", room, Counter())

    assert all(len(a.encode()) + len(b.encode()) > room for a, b in pairwise(parts))


async def test_what_fits_is_counted_once_and_left_whole():
    """Whatever it looks like inside."""
    count = Counter()

    assert ["a\n" * 50] == await parts_of("a\n" * 50, "code", 100, count)
    assert 100 == count.counted


async def test_counting_costs_a_few_readings_of_the_text():
    """Not one for every line."""
    count, text = Counter(), "a line of the text\n" * 20_000
    parts = await parts_of(text, "prose", 5000, count)

    assert len(text) / 5000 <= len(parts) < 1.25 * len(text) / 5000
    assert count.counted < 3 * len(text)
