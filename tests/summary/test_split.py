"""A text is cut where its structure allows it, and nothing of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.summary.split import split

KINDS = st.sampled_from(["code", "prose", "log"])
PYTHON = """import os


class Shop:
    def buy(self):
        return 1

    def sell(self):
        return 2


@cached
def close():
    return 3
"""
GO = "package main\nfunc a() {\n\tb()\n}\nfunc b() {\n\n\tc()\n}\n"
MARKDOWN = "# One\ntext\n\nmore\n## Two\n```\n# no heading\n```\n# Three\ntext\n"
LOG = "10:00 INFO a\n10:01 ERROR b\nTraceback (most recent call last):\n  File x\nValueError: no\n10:02 INFO c\n"


@given(st.text("ab #\n", max_size=80), st.integers(1, 20), KINDS)
def test_nothing_is_lost_and_lines_stay_whole(text, size, kind):
    """Pieces put together are the text; a line is cut only where it is too long itself."""
    pieces = list(split(text, size, kind))
    lines = text.splitlines(keepends=True)
    ends = {sum(map(len, lines[:i])) for i in range(len(lines) + 1)}
    position = 0

    assert text == "".join(pieces)
    for piece in pieces:
        assert 0 < len(piece) <= size
        position += len(piece)
        assert position in ends or any(len(line) > size for line in lines)


@pytest.mark.parametrize(
    ("text", "kind", "size", "begins"),
    [
        (PYTHON, "code", 110, ["import os", "@cached"]),
        (PYTHON, "code", 70, ["import os", "    def sell", "@cached"]),
        (GO, "code", 40, ["package main", "func b"]),
        (MARKDOWN, "prose", 50, ["# One", "# Three"]),
        (MARKDOWN, "prose", 30, ["# One", "## Two", "# Three"]),
        (LOG, "log", 90, ["10:00", "10:02"]),
    ],
)
def test_a_text_is_cut_between_its_parts(text, kind, size, begins):
    """Functions with their decorators, sections with their headings, entries with their tracebacks."""
    pieces = list(split(text, size, kind))

    assert begins == [begin for begin, piece in zip(begins, pieces, strict=True) if piece.startswith(begin)]


def test_a_line_without_an_end_is_cut_between_words():
    """As minified files have them."""
    pieces = list(split("alpha beta gamma delta", 12, "code"))

    assert ["alpha beta ", "gamma delta"] == pieces


def test_a_large_file_takes_no_longer_than_its_size():
    """A million lines, of every kind."""
    text = "x = 1\n" * 200_000
    assert all(sum(map(len, split(text, 5000, kind))) == len(text) for kind in ("code", "prose", "log"))
