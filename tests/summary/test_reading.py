"""Of whatever is read next, it is known which lines of the document it speaks of."""

from hypothesis import given
from hypothesis import strategies as st

from deployments.summary.document import Answer, Document
from deployments.summary.languages import language_of
from deployments.summary.reading import Lines, Reading
from deployments.summary.split import split

TEXTS = st.lists(st.text("ab ", max_size=5), min_size=2, max_size=40).map("\n".join).filter(len)
SIZES = st.integers(1, 30)


def reading(text: str) -> Reading:
    return Reading.of(Document(text, language_of("a.py")))


def parts_of(reading: Reading, size: int) -> list[str]:
    return list(split(reading.text, size, reading.kind))


def spoken_of(reading: Reading) -> set[int]:
    return {line for passage in reading.passages for line in range(passage.lines.first, passage.lines.last + 1)}


@given(TEXTS, SIZES, SIZES)
def test_every_line_is_spoken_of_at_every_level(text, size, next_size):
    """By some part's summary, and by some summary of those."""
    parts = parts_of(reading(text), size)
    once = reading(text).joined(parts, [Answer("said")] * len(parts))
    again = parts_of(once, next_size)
    twice = once.joined(again, [Answer("said")] * len(again))
    lines = set(range(1, 1 + len(text.removesuffix("\n").split("\n"))))

    assert lines == spoken_of(once) == spoken_of(twice)
    assert "" == once.gaps == twice.gaps


@given(TEXTS, SIZES, st.data())
def test_what_is_missing_is_what_the_silent_parts_hold(text, size, data):
    """Each line of theirs is named."""
    parts = parts_of(reading(text), size)
    silent = data.draw(st.sets(st.integers(0, len(parts) - 1), max_size=len(parts) - 1))
    joined = reading(text).joined(parts, [Answer("" if i in silent else "said") for i in range(len(parts))])

    assert [passage.lines for i, passage in enumerate(joined.passages) if i in silent] == list(joined.missing)
    assert len(silent) == joined.text.count("said nothing about this part")
    assert bool(silent) == joined.truncated


def test_lines_are_said_as_people_say_them():
    """One line or several, and thousands apart."""
    assert ["line 7", "lines 1,200 to 12,000"] == [str(Lines(7, 7)), str(Lines(1200, 12_000))]
