"""A document of any length is read whole, in parts where it must be."""

import asyncio
import re
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest

from deployments.errors import (
    ContextLengthExceeded,
    NothingSaid,
    Overloaded,
    Uncounted,
    UpstreamOverloaded,
    UpstreamSilent,
)
from deployments.summary.document import Answer, Document, Instructions, Progress, Usage
from deployments.summary.languages import language_of
from deployments.summary.mapreduce import MapReduce

CODE = language_of("a.py")
INSTRUCTIONS = Instructions("You are brief.", max_tokens=10, temperature=0.2)
LONG = "".join(f"word{i} of a line\n" for i in range(400))


@dataclass
class Shortener:
    """Counts words as tokens, and answers with the first word of every line."""

    context: int = 320
    fingerprint: str = ""
    read: list[str] = field(default_factory=list)
    asked: list[Instructions] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    refusals: list[Exception] = field(default_factory=list)
    silent_about: str = ""

    async def context_tokens(self) -> int:
        return self.context

    async def answer(self, text: str, instructions: Instructions) -> Answer:
        assert await self.count_tokens(text, instructions) + instructions.max_tokens <= self.context
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0)
        finally:
            self.at_once -= 1
        if self.refusals:
            raise self.refusals.pop()
        self.read.append(text)
        self.asked.append(instructions)
        if self.silent_about and self.silent_about in text:
            raise NothingSaid("The model spent its tokens on reasoning.")
        words = [line.split()[0] for line in text.splitlines() if line.split()]
        kept = words[: instructions.max_tokens]
        return Answer(" ".join(kept), Usage(len(text.split()), len(kept)), truncated=len(words) > len(kept))

    async def stream(self, text: str, instructions: Instructions):
        answer = await self.answer(text, instructions)
        yield answer.text
        yield answer

    async def count_tokens(self, text: str, instructions: Instructions) -> int:
        return len(text.split()) + len(instructions.system.split())


async def tell(model: Shortener, text: str, instructions: Instructions = INSTRUCTIONS, parallel: int = 2) -> list:
    return [event async for event in MapReduce(model, parallel=parallel).stream(Document(text, CODE), instructions)]


async def test_a_document_that_fits_is_read_once():
    """As it stands, and told as it comes."""
    model = Shortener()
    piece, answer = await tell(model, "one two\nthree")

    assert (["one two\nthree"], [INSTRUCTIONS]) == (model.read, model.asked)
    assert ("one three", Answer("one three", Usage(3, 2))) == (piece, answer)


async def test_a_longer_one_is_read_in_parts_and_none_of_it_is_lost():
    """Side by side, but no more than the model takes; the parts' summaries are joined by the last answer."""
    model = Shortener()
    *_, answer = await tell(model, LONG, parallel=3)

    assert all(any(f"word{i} of" in part for part in model.read) for i in range(400))
    assert 3 == model.most_at_once
    assert answer.usage.prompt_tokens == sum(len(text.split()) for text in model.read)
    assert answer.usage.completion_tokens > 10 >= len(answer.text.split())


async def test_each_reading_knows_what_it_is_given():
    """The persona speaks in all of them."""
    model = Shortener()
    await tell(model, LONG)
    parts = [
        instructions
        for instructions in model.asked
        if "You are given part" in instructions.system.replace("you", "You")
    ]

    assert all(instructions.system.startswith("You are brief.") for instructions in model.asked)
    assert "part 1 of" in parts[0].system
    assert "Join them" in model.asked[-1].system
    assert (20, 10) == (parts[0].max_tokens, model.asked[-1].max_tokens)


async def test_progress_is_told_level_by_level():
    """From none to all of the parts, then the text."""
    model = Shortener()
    events = await tell(model, LONG * 8)
    steps = [event for event in events if isinstance(event, Progress)]

    assert {1, 2} <= {step.level for step in steps}
    for level in {step.level for step in steps}:
        of_level = [step for step in steps if step.level == level]
        assert list(range(of_level[0].parts + 1)) == [step.done for step in of_level]
    assert steps == events[: len(steps)]


async def test_what_was_cut_on_the_way_makes_the_whole_incomplete():
    """A summary of a part that had more to say."""
    *_, answer = await tell(Shortener(), LONG)

    assert answer.truncated


async def test_a_full_queue_is_waited_out_between_parts():
    """What was read already is not lost."""
    model = Shortener(refusals=[Overloaded("full", retry_after_s=1)])
    *_, answer = await tell(model, LONG)

    assert answer.text


async def test_what_cannot_be_counted_is_not_waited_for():
    """It may take for ever."""
    with pytest.raises(Uncounted):
        await tell(Shortener(refusals=[Uncounted("no")]), LONG)


async def test_a_part_that_fails_stops_the_others():
    """Nothing runs on for nobody."""
    model = Shortener(refusals=[UpstreamOverloaded("gone")])
    with pytest.raises(UpstreamOverloaded):
        await tell(model, LONG)
    read = len(model.read)
    await asyncio.sleep(0.01)

    assert (read, 0) == (len(model.read), model.at_once)


@pytest.mark.parametrize("silence", [NothingSaid("…"), UpstreamSilent("…")])
@pytest.mark.parametrize("text", ["one\ntwo", LONG])
async def test_a_model_that_says_nothing_is_asked_once_more(text, silence):
    """For a part with twice the tokens to think; the summary is complete."""
    model, undisturbed = Shortener(refusals=[silence]), Shortener()
    *_, answer = await tell(model, text)
    *_, expected = await tell(undisturbed, text)
    again = [instructions for instructions in model.asked if "said nothing" in instructions.system]

    assert expected.text == answer.text
    assert [40 if text == LONG else 10] == [instructions.max_tokens for instructions in again]


async def test_lines_of_which_the_model_says_nothing_are_named():
    """At the end of the summary, streamed or whole; it counts as cut, and the rest of the document is told."""
    model = Shortener(silent_about="word200 of")
    events = await tell(model, LONG)
    missing = re.search(r"\(Missing: lines (\d+) to (\d+)\. The model said nothing", events[-1].text)

    assert missing
    assert int(missing[1]) <= 201 <= int(missing[2]) < 400
    assert events[-1].text == "".join(event for event in events if isinstance(event, str))
    assert events[-1].truncated
    assert 2 == sum("word200 of" in text for text in model.read)


async def test_a_document_of_which_the_model_says_nothing_at_all_is_an_error():
    """There is nothing to join."""
    with pytest.raises(NothingSaid, match=r"nothing about any of the document's \d+ parts"):
        await tell(Shortener(silent_about="word"), LONG)


async def test_a_join_without_a_word_is_an_error():
    """Once it has been asked for twice."""
    model = Shortener(silent_about="Part 1:")
    with pytest.raises(NothingSaid, match="spent its tokens"):
        await tell(model, LONG)

    assert model.read[-1] == model.read[-2] != model.read[-3]


async def test_who_leaves_stops_the_reading():
    """In the midst of the parts."""
    model = Shortener()
    async with aclosing(MapReduce(model, parallel=2).stream(Document(LONG, CODE), INSTRUCTIONS)) as events:
        async for event in events:
            if event.done == 2:
                break
    read = len(model.read)
    await asyncio.sleep(0.01)

    assert (read, 0) == (len(model.read), model.at_once)


async def test_an_answer_longer_than_the_context_could_hold_is_planned_shorter():
    """The document has room beside it; the model's own limit says how long it gets."""
    model = Shortener()
    asked = Instructions("s", max_tokens=32_768, temperature=0)
    model.context, model.answer = 320, Shortener(context=100_000).answer
    *_, answer = await tell(model, "a b\n" * 600, asked)

    assert answer.text


async def test_instructions_that_leave_no_room_are_an_error():
    """It names both numbers."""
    persona = Instructions("word " * 280, max_tokens=10, temperature=0)
    with pytest.raises(ContextLengthExceeded, match="280 tokens leave too few of the model's 320") as caught:
        await tell(Shortener(), LONG, persona)

    assert "persona" == caught.value.param


@pytest.mark.parametrize("size", [1, 1000])
async def test_one_endless_line_is_read_too(size):
    """Minified files have no lines to cut at."""
    model = Shortener()
    await tell(model, "x " * size)

    assert "".join(model.read).count("x") >= size
