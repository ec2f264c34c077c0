"""A document of any length is read whole, in parts where it must be."""

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.summary.document import Answer, Document, Instructions, Usage
from deployments.summary.languages import language_of
from deployments.summary.local import LocalBackend, split

CODE = language_of("a.py")
INSTRUCTIONS = Instructions("You are brief.", max_tokens=10, temperature=0.2)


@dataclass
class Shortener:
    """Counts words as tokens, and answers with the first word of every line."""

    context_tokens: int = 120
    read: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def answer(self, text: str, instructions: Instructions) -> Answer:
        assert await self.count_tokens(text, instructions) + instructions.max_tokens <= self.context_tokens
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        self.read.append(text)
        words = [line.split()[0] for line in text.splitlines() if line.split()]
        return Answer(" ".join(words[: instructions.max_tokens]), Usage(len(text.split()), len(words)))

    async def count_tokens(self, text: str, instructions: Instructions) -> int:
        return len(text.split()) + len(instructions.system.split())


async def test_a_document_that_fits_is_read_once():
    """As it stands."""
    model = Shortener()
    answer = await LocalBackend(model, parallel=2).summarize(Document("one two\nthree", CODE), INSTRUCTIONS)

    assert ["one two\nthree"] == model.read
    assert Answer("one three", Usage(3, 2)) == answer


async def test_a_longer_one_is_read_in_parts_and_none_of_it_is_lost():
    """Side by side, but no more than the model takes; the parts' summaries are joined by the last answer."""
    text = "".join(f"word{i} of a line\n" for i in range(200))
    model = Shortener()
    answer = await LocalBackend(model, parallel=3).summarize(Document(text, CODE), INSTRUCTIONS)

    assert all(any(f"word{i} of" in part for part in model.read) for i in range(200))
    assert 3 == model.most_at_once
    assert answer.usage.prompt_tokens == sum(len(text.split()) for text in model.read)
    assert len(answer.text.split()) <= 10


async def test_an_answer_longer_than_the_context_could_hold_is_asked_shorter():
    """So that every pass makes the text shorter, and it comes to an end."""
    asked = Instructions("s", max_tokens=32_768, temperature=0)
    model = Shortener()
    await LocalBackend(model, parallel=1).summarize(Document("a b\n" * 300, CODE), asked)

    assert model.read


@given(st.text("ab\n", max_size=60), st.integers(1, 20))
def test_splitting_loses_nothing_and_respects_lines(text, size):
    """Pieces put together are the text; a line is cut only where it is too long itself."""
    pieces = list(split(text, size))

    assert text == "".join(pieces)
    assert all(0 < len(piece) <= size for piece in pieces)
    for piece in pieces[:-1]:
        assert (
            piece.endswith("\n")
            or len(piece) == size
            or any(len(line) > size for line in text.splitlines(keepends=True))
        )


@pytest.mark.parametrize("size", [1, 1000])
async def test_one_endless_line_is_read_too(size):
    """Minified files have no lines to cut at."""
    model = Shortener(context_tokens=160)
    await LocalBackend(model, parallel=1).summarize(Document("x " * size, CODE), INSTRUCTIONS)

    assert "".join(model.read).count("x") >= size
