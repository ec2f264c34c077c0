"""Summaries by a language model of our own, of documents of any length: parts first, then the parts' summaries."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from deployments.summary.document import Answer, Document, Instructions, Usage

PART = "\n\nYou are given part {number} of {count} of the document. Summarize this part; another pass joins the parts."
JOIN = "\n\nYou are given the summaries of the document's {count} parts, in order. Join them into one."
NOTE_TOKENS = 64  # room for either
LONGEST_ANSWER = 1 / 4  # of the context, so that every pass makes the text shorter


class LanguageModel(Protocol):
    """Reads and writes within one context, several texts at the same time."""

    @property
    def context_tokens(self) -> int: ...

    async def answer(self, text: str, instructions: Instructions) -> Answer: ...

    async def count_tokens(self, text: str, instructions: Instructions) -> int:
        """What the model would have to read."""
        ...


class LocalBackend:
    """Map and reduce at line boundaries: nothing is dropped, and what fits is read in one piece."""

    def __init__(self, model: LanguageModel, *, parallel: int) -> None:
        self._model = model
        self._turns = asyncio.Semaphore(parallel)

    async def summarize(self, document: Document, instructions: Instructions) -> Answer:
        longest = int(self._model.context_tokens * LONGEST_ANSWER)
        instructions = replace(instructions, max_tokens=min(instructions.max_tokens, longest))
        text, spent, note = document.text, Usage(), ""
        while len(parts := await self._parts(text, instructions)) > 1:
            answers = await asyncio.gather(*self._answers(parts, instructions))
            text = "\n\n".join(answer.text for answer in answers)
            spent = _sum((spent, *(answer.usage for answer in answers)))
            note = JOIN.format(count=len(parts))
        answer = await self._answer(text, _with(note, instructions))
        return replace(answer, usage=_sum((spent, answer.usage)))

    def _answers(self, parts: list[str], instructions: Instructions) -> Iterator["asyncio.Task[Answer]"]:
        for number, part in enumerate(parts, 1):
            note = PART.format(number=number, count=len(parts))
            yield asyncio.ensure_future(self._answer(part, _with(note, instructions)))

    async def _answer(self, text: str, instructions: Instructions) -> Answer:
        async with self._turns:
            return await self._model.answer(text, instructions)

    async def _parts(self, text: str, instructions: Instructions) -> list[str]:
        """The text itself, or pieces of it that fit. Tokens are spread unevenly, so each piece is counted."""
        room = self._model.context_tokens - instructions.max_tokens - NOTE_TOKENS
        parts, size = [text], len(text)
        while max(await self._count(parts, instructions)) > room and size > 1:
            size //= 2
            parts = list(split(text, size))
        return parts

    async def _count(self, parts: list[str], instructions: Instructions) -> list[int]:
        return await asyncio.gather(*(self._model.count_tokens(part, instructions) for part in parts))


def split(text: str, size: int) -> Iterator[str]:
    """Pieces of at most `size` characters, cut between lines; within one only where it is longer than that."""
    piece = ""
    for line in text.splitlines(keepends=True):
        if piece and len(piece) + len(line) > size:
            yield piece
            piece = ""
        while len(line) > size:
            yield line[:size]
            line = line[size:]
        piece += line
    if piece:
        yield piece


def _with(note: str, instructions: Instructions) -> Instructions:
    return replace(instructions, system=instructions.system + note)


def _sum(usages: Iterable[Usage]) -> Usage:
    counted = list(usages)
    return Usage(sum(usage.prompt_tokens for usage in counted), sum(usage.completion_tokens for usage in counted))
