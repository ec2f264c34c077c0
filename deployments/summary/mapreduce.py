"""Documents of any length, by a model whose context has an end: parts first, then the parts' summaries."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from deployments.errors import ContextLengthExceeded
from deployments.summary.document import Answer, Document, Event, Instructions, Progress
from deployments.summary.language_model import Insistent, LanguageModel
from deployments.summary.parts import parts_of
from deployments.summary.reading import Reading

PART = """

The document is too long to be read at once, and you are given part {number} of {count}. Summarize this part in at \
most {words} words; another pass joins the parts."""
JOIN = "\n\nYou are given the summaries of the document's {count} parts, in order. Join them into one summary."
NOTE_TOKENS = 128  # room for these, for being asked again, and for the seams of a text that was counted in pieces
PART_SHARE, LONGEST_PART = 1 / 16, 2048  # of the context, and tokens, for the summary of a part
ANSWER_SHARE = 1 / 4  # of the context, for the answer at most; what the document leaves over comes on top


class MapReduce:
    """What fits is read in one piece; else every line is in some part, and `parallel` parts are read side by side.

    A model that says nothing is asked once more. Of a part it may still say nothing: the summary then names its lines.
    """

    def __init__(self, model: LanguageModel, *, parallel: int) -> None:
        self._model = model
        self._insistent = Insistent(model)
        self._parallel = parallel

    @property
    def fingerprint(self) -> str:
        return self._model.fingerprint

    async def stream(self, document: Document, instructions: Instructions) -> AsyncGenerator[Event]:
        """Raises ContextLengthExceeded where the instructions leave too little of the context for parts.

        Raises NothingSaid or UpstreamSilent where the model says nothing at all.
        """
        context_tokens = await self._model.context_tokens()
        brief = replace(instructions, max_tokens=_part_tokens(context_tokens))
        reading, level = Reading.of(document), 0
        while len(parts := await self._parts(reading, context_tokens, instructions)) > 1:
            level += 1
            tasks = self._begin(parts, brief)
            async with aclosing(_progress(level, tasks)) as steps:
                async for step in steps:
                    yield step
            reading = reading.joined(parts, [task.result() for task in tasks])
        async with aclosing(self._last(reading, instructions)) as events:
            async for event in events:
                yield event

    async def _parts(self, reading: Reading, context_tokens: int, instructions: Instructions) -> list[str]:
        overhead = await self._model.count_tokens("", instructions)
        part_tokens = _part_tokens(context_tokens)
        answer_tokens = max(min(instructions.max_tokens, int(context_tokens * ANSWER_SHARE)), 2 * part_tokens)
        room = context_tokens - overhead - answer_tokens - NOTE_TOKENS
        if room < 2 * part_tokens:  # summaries of parts would hardly be shorter than what they are of
            raise ContextLengthExceeded(
                f"The persona's {overhead} tokens leave too few of the model's {context_tokens} for long documents. "
                "Choose a shorter persona, or a model with a longer context.",
                param="persona",
            )

        async def count(text: str) -> int:
            return await self._model.count_tokens(text, instructions) - overhead

        parts = await parts_of(reading.text, reading.kind, room, count)
        before = len(reading.passages)
        if 1 < before <= len(parts):
            raise ContextLengthExceeded(f"The summaries of {before} parts are as long as the parts themselves.")
        return parts

    def _begin(self, parts: list[str], instructions: Instructions) -> list["asyncio.Task[Answer]"]:
        turns, words = asyncio.Semaphore(self._parallel), instructions.max_tokens // 2
        notes = (PART.format(number=number, count=len(parts), words=words) for number in range(1, len(parts) + 1))
        return [
            asyncio.create_task(self._summary(part, instructions.with_note(note), turns))
            for part, note in zip(parts, notes, strict=True)
        ]

    async def _summary(self, part: str, instructions: Instructions, turns: asyncio.Semaphore) -> Answer:
        async with turns:
            return await self._insistent.answer(part, instructions)

    async def _last(self, reading: Reading, instructions: Instructions) -> AsyncGenerator[Event]:
        if reading.passages:
            instructions = instructions.with_note(JOIN.format(count=len(reading.passages)))
        async with aclosing(self._insistent.stream(reading.text, instructions)) as events:
            async for event in events:
                if isinstance(event, Answer) and reading.gaps:
                    yield reading.gaps
                yield reading.completed(event) if isinstance(event, Answer) else event


async def _progress(level: int, tasks: list["asyncio.Task[Answer]"]) -> AsyncGenerator[Progress]:
    """As each is done. One that fails, or a listener who leaves, stops them all."""
    try:
        yield Progress(level, 0, len(tasks))
        for done, task in enumerate(asyncio.as_completed(tasks), 1):
            await task
            yield Progress(level, done, len(tasks))
    finally:
        for running in tasks:
            running.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _part_tokens(context_tokens: int) -> int:
    return max(1, min(int(context_tokens * PART_SHARE), LONGEST_PART))
