"""Prose is read as people read it: headings, sentences, bullets; code and tables are passed over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.summary.extractive.sentences import Prose, read, split

SENTENCES = {
    "two": ("It rains. We stay.", ["It rains.", "We stay."]),
    "abbreviations": (
        "Dr. Li met Mr. Wu, e.g. at 5 p.m. today. Good!",
        ["Dr. Li met Mr. Wu, e.g. at 5 p.m. today.", "Good!"],
    ),
    "initials": ("J. S. Bach wrote it. Yes.", ["J. S. Bach wrote it.", "Yes."]),
    "numbers": ("Version 1.2 is out. It is 3.5 MB.", ["Version 1.2 is out.", "It is 3.5 MB."]),
    "file names": ("See app.py for it. Done.", ["See app.py for it.", "Done."]),
    "quotes": ('He said "Go." Then (he left.) I stayed.', ['He said "Go."', "Then (he left.)", "I stayed."]),
    "questions": ("Why?! Because… it is. So", ["Why?!", "Because… it is.", "So"]),
    "Chinese": ("今天下雨。我们在家。", ["今天下雨。", "我们在家。"]),
    "Hebrew": ("יורד גשם. אנחנו בבית.", ["יורד גשם.", "אנחנו בבית."]),
    "nothing": ("", []),
}
MARKDOWN = """---
title: ignored
---
# The *title* #

The first sentence of the text
goes over two lines. The second has a [link](http://x.y/z).

Setext heading
--------------

- A bullet that says something
- Another **bold** bullet that goes
  on in the next line

```python
code = "This is no sentence at all."
```

| a | table with many words |
| - | - |

![A picture that shows nothing](x.png)

***

1. A numbered point is a sentence as well
"""


@pytest.mark.parametrize(("text", "expected"), SENTENCES.values(), ids=SENTENCES.keys())
def test_sentences_end_where_they_end(text, expected):
    """A dot inside one does not end it."""
    assert expected == list(split(text))


def test_markdown_is_read_without_its_marks():
    """Headings apart, code, tables, pictures and front matter left out."""
    expected = Prose(
        "The title",
        ("Setext heading",),
        (
            "The first sentence of the text goes over two lines.",
            "The second has a link.",
            "A bullet that says something",
            "Another bold bullet that goes on in the next line",
            "A numbered point is a sentence as well",
        ),
    )

    assert expected == read(MARKDOWN)


def test_plain_text_has_no_title():
    """Its first sentence is a sentence."""
    assert Prose("", (), ("Just a line of plain text.",)) == read("Just a line of plain text.\n")


def test_an_open_fence_hides_the_rest():
    """As it does wherever Markdown is shown."""
    assert Prose("", (), ("A sentence before the code.",)) == read(
        "A sentence before the code.\n```\nNever closed. Really.\n"
    )


def test_what_is_said_twice_is_heard_once():
    """The same sentence is not compared with itself."""
    assert ("The same sentence again.",) == read("The same sentence again. The same sentence again.").sentences


def test_an_endless_heading_is_cut():
    """A title opens the summary and must not fill it."""
    assert len(read("# " + "word " * 1000).title) < 130


@given(st.text(max_size=300))
def test_any_text_at_all_can_be_read(text):
    """Nothing raises, and no sentence is longer than can be shown."""
    assert all(0 < len(sentence) <= 300 for sentence in read(text).sentences)


@pytest.mark.parametrize(
    "piece", ["a", "a. ", ".", "! ", "[", "](", "*", "a*", "# a\n", "- \n", "`", "<", "。", "x\n===\n", "\u2028"]
)
def test_long_and_odd_texts_take_linear_time(piece):
    """A hundred thousand characters of anything are read in a moment."""
    assert all(len(sentence) <= 300 for sentence in read(piece * (100_000 // len(piece))).sentences)
