"""Every file gets a summary, whatever is in it, and the event loop goes on meanwhile."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.config import SummaryConfig
from deployments.parsing.process import Parser
from deployments.summary.document import AtOnce
from deployments.summary.extractive.backend import ExtractiveBackend
from deployments.summary.persona_files import read_personas
from deployments.summary.request import Summary, SummaryRequest
from deployments.summary.service import SummaryService
from tests.summary.extractive.words import embed

ENDINGS = "py js java c h css sh sql html json jsonl yaml toml ini xml csv md rst txt log r zzz".split()  # noqa: SIM905


async def summarize(filename: str, text: str, max_tokens: int = 300) -> Summary:
    config = SummaryConfig()
    service = SummaryService(config, read_personas(config), {"extractive": AtOnce(ExtractiveBackend(embed, Parser()))})
    return await service.summarize(SummaryRequest(filename, text, max_tokens=max_tokens))


async def test_it_says_what_it_is_and_that_no_model_ran():
    """The name is honest, and so is a usage of zero."""
    summary = await summarize("a.py", '"""Adds."""\ndef add(a, b): ...')

    assert ("extractive", "developer", 0) == (summary.model, summary.persona, summary.usage.total_tokens)
    assert "Python, 2 lines. Adds.\n\nFunctions (1):\n- `def add(a, b)`" == summary.summary


@pytest.mark.parametrize(
    ("filename", "text", "expected"),
    [
        (
            "a.py",
            "def f(:\nclass A: pass",
            "Python, 2 lines (0 blank). Read line by line, for it could not be parsed: python syntax error",
        ),
        ("a.json", '{"a": 1,}', "JSON, 1 line (0 blank). Read line by line, for it is not valid JSON:"),
        ("a.unknown", "def f(x)", "Code, 1 line (0 blank).\n\nFunctions (1):\n- `def f(x)`"),
        ("a.rb", "class A\nend", "Ruby, 2 lines.\n\nClasses (1):\n- `class A`"),
        ("a.pl", "sub a {", "Perl, 1 line (0 blank).\n\nFunctions (1):\n- `sub a`"),
        ("a.log", "x", "Log of 1 line."),
        ("a.md", "# T\n\nA sentence that stands here.", "T — Markdown, 1 sentence."),
    ],
)
async def test_the_reader_fits_the_file(filename, text, expected):
    """And a file that is not what its name says is still read, and says so."""
    assert (await summarize(filename, text)).summary.startswith(expected)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(ENDINGS),
    st.one_of(st.text(st.characters(exclude_characters="\0")), st.text("ab01 \n\t\"'`#*-_=:;,.<>()[]{}/\\|@")),
    st.integers(1, 100),
)
def test_any_file_at_all_gets_an_answer_of_about_the_asked_length(ending, text, max_tokens):
    """Nothing raises; the opening sentences may exceed a very small limit."""
    summary = asyncio.run(summarize(f"a.{ending}", text, max_tokens)).summary

    assert 0 < len(summary) < 4 * max_tokens + 700


ODD = ["🚀 مرحبا بالعالم\n" * 50, "\x1b[31mERROR\x1b[0m x\r\n" * 50, "x" * 100_000, "\ufffd\u202e\u2028" * 50]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("ending", ENDINGS)
async def test_odd_files_get_an_answer(ending, text):
    """Emoji, right-to-left, colours, Windows line ends, one endless line."""
    assert (await summarize(f"a.{ending}", text)).summary


@pytest.mark.parametrize("ending", ["js", "log", "md", "html", "yaml"])
async def test_a_large_file_does_not_hold_up_the_event_loop(ending):
    """Others are served while it is read; were it read on the loop, that would turn but once."""
    text = "<p>The quick brown fox: jumps over 13 lazy dogs.\n" * 20_000
    work = asyncio.create_task(summarize(f"a.{ending}", text))
    turns = 0
    while not work.done():
        await asyncio.sleep(0.001)
        turns += 1

    assert turns > 1
