"""A model that reads and writes within one context, and how long it is asked. It knows no documents and no parts."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Protocol

from deployments.errors import NothingSaid, Overloaded, Uncounted, UpstreamSilent
from deployments.summary.document import Answer, Instructions

AGAIN = "\n\nYou were asked before and said nothing. Answer at once, without long thoughts."
SILENCE = (NothingSaid, UpstreamSilent)


class LanguageModel(Protocol):
    """Reads and writes several texts at the same time."""

    @property
    def fingerprint(self) -> str: ...

    async def context_tokens(self) -> int:
        """Prompt and answer together."""
        ...

    async def count_tokens(self, text: str, instructions: Instructions) -> int:
        """What the model would have to read, instructions included."""
        ...

    async def answer(self, text: str, instructions: Instructions) -> Answer:
        """Raises NothingSaid or UpstreamSilent for an answer without a word."""
        ...

    def stream(self, text: str, instructions: Instructions) -> AsyncGenerator[str | Answer]:
        """The same, piece by piece; the whole answer comes last."""
        ...


class Insistent:
    """A language model that is asked once more when it says nothing."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    async def answer(self, text: str, instructions: Instructions) -> Answer:
        """Empty, if it says nothing either time. The second time it has twice the tokens to think.

        A text waits for a place in a full queue, so that the work done on others is not lost.
        """
        again = replace(instructions.with_note(AGAIN), max_tokens=2 * instructions.max_tokens)
        for asked in (instructions, again):
            with suppress(*SILENCE):
                return await self._when_free(text, asked)
        return Answer("")

    async def stream(self, text: str, instructions: Instructions) -> AsyncGenerator[str | Answer]:
        """Raises what the model raises the second time."""
        try:
            async with aclosing(self._model.stream(text, instructions)) as events:
                async for event in events:
                    yield event
        except SILENCE:
            async with aclosing(self._model.stream(text, instructions.with_note(AGAIN))) as events:
                async for event in events:
                    yield event

    async def _when_free(self, text: str, instructions: Instructions) -> Answer:
        while True:
            try:
                return await self._model.answer(text, instructions)
            except Uncounted:
                raise
            except Overloaded as error:
                await asyncio.sleep(error.retry_after_s or 1)
