"""A digest keeps to its length, cuts between items, and says what it left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.summary.document import Answer
from deployments.summary.extractive.digest import Digest, Section, counted, shorten


def test_what_fits_is_told_whole():
    """Lead, then each section under its heading; an empty one has none."""
    digest = Digest("A module.", (Section("classes", ()), Section("functions", ("f()", "g()"))))

    assert Answer("A module.\n\nFunctions (2):\n- f()\n- g()") == digest.within(300)


def test_what_does_not_fit_is_counted():
    """And the answer says that it was cut."""
    answer = Digest("A module.", (Section("things", tuple("abcdefghijklmnopqrst")),)).within(20)
    expected = "A module.\n\nThings (20):\n- a\n- b\n- c\n- d\n- e\n- f\n- … and 14 more things"

    assert Answer(expected, truncated=True) == answer


def test_a_long_section_starves_no_other():
    """Sections take turns."""
    sections = (Section("functions", ("f()",) * 1000), Section("types", ("T",) * 3))
    answer = Digest("A module.", sections).within(100)

    assert "Types (3):\n- T\n- T\n- T" in answer.text


def test_sections_that_do_not_fit_at_all_are_named():
    """The lead always comes."""
    digest = Digest("A module.", (Section("functions", ("f()", "g()")), Section("types", ("T",))))

    assert Answer("A module.\n\nLeft out: Functions (2), Types (1).", truncated=True) == digest.within(1)


def test_a_document_that_was_not_read_in_full_says_so():
    """Even if the answer itself is complete."""
    assert Digest("A text.", is_partial=True).within(300).truncated


@given(
    st.lists(st.lists(st.text(max_size=40), max_size=30), max_size=4),
    st.integers(1, 300),
)
def test_no_digest_is_much_longer_than_asked_for(sections, max_tokens):
    """Four characters to a token, and a little more for saying what is missing."""
    digest = Digest("Lead.", tuple(Section("things", tuple(items)) for items in sections))

    assert len(digest.within(max_tokens).text) <= max(4 * max_tokens, len("Lead.")) + 40 * len(sections) + 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a  b\n c", "a b c"),
        ("one two three", "one two …"),
        ("x" * 50, "x" * 10 + " …"),
        ("", ""),
        (" " * 500 + "x", " …"),
    ],
)
def test_a_shortened_text_is_one_line_cut_between_words(text, expected):
    """Only a word that is longer than all there is gets cut itself."""
    assert expected == shorten(text, 10)


def test_one_thing_is_singular():
    """`1 link`, not `1 links`."""
    assert ["0 links", "1 link", "2,000 links"] == [counted(number, "links") for number in (0, 1, 2000)]
