"""Measures pocket-chat through the workbench, skill by skill: `python -m models.pocket.train.evaluate`.

Right is exactly the expected call, with exactly its arguments, and exactly the expected text, after some reasoning.
Earlier turns of a conversation are given as they should have been.
"""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from deployments.chat.messages import Message, ReasoningEffort
from deployments.chat.request import ChatRequest
from models.pocket.train.asking import Ask, Said, in_this_process, over_http
from models.pocket.train.conversation import Conversation
from models.pocket.train.export import GGUF
from models.pocket.train.trials import TRIALS
from models.pocket.train.turn import EFFORTS

SEED = 5
LONGEST_ANSWER = 400
EFFORT_TRIALS = 10  # of each skill


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was said in the last turn of a conversation: its calls first, then the answer."""

    conversation: Conversation
    said: tuple[Said, ...]

    @property
    def wanted(self) -> list[Said]:
        turn = self.conversation.turns[-1]
        called = [Said(calls=((step.call.name, step.call.arguments),)) for step in turn.steps]
        return [*called, Said(content=turn.answer)]

    @property
    def is_right(self) -> bool:
        reasoned = all(one.reasoning for one in self.said)
        return reasoned and self.wanted == [replace(one, reasoning="") for one in self.said]

    def __str__(self) -> str:
        turn = self.conversation.turns[-1]
        said = "\n".join(f"  said    {one}" for one in self.said)
        return f"{turn.skill}, {self.conversation.effort} effort: {turn.user!r}\n{said}\n  wanted  {self.wanted}"


async def outcome(ask: Ask, conversation: Conversation) -> Outcome:
    """A call is answered with what the tool should say, whatever it was."""
    turn, said = conversation.turns[-1], list[Said]()
    messages = conversation.messages(len(conversation.turns) - 1)
    for step in (*turn.steps, None):
        said.append(await ask(_request(conversation, tuple(messages))))
        if step:
            messages += step.messages(said[-1].reasoning)
    return Outcome(conversation, tuple(said))


def _request(conversation: Conversation, messages: tuple[Message, ...]) -> ChatRequest:
    return ChatRequest(
        messages,
        LONGEST_ANSWER,
        reasoning_effort=conversation.effort,
        tools=conversation.tools,
        response_format=conversation.response_format,
    )


async def longer_with_effort(ask: Ask, conversation: Conversation) -> bool:
    """Whether the analysis grows from low to medium to high."""
    lengths = [await _thought(ask, conversation, effort) for effort in EFFORTS]
    return lengths[0] < lengths[1] < lengths[2]


async def _thought(ask: Ask, conversation: Conversation, effort: ReasoningEffort) -> int:
    done = await outcome(ask, replace(conversation, effort=effort))
    return sum(len(said.reasoning) for said in done.said)


async def measure(ask: Ask, share: float) -> tuple[list[str], list[Outcome]]:
    """The table's rows, and all outcomes."""
    rows, outcomes = [], list[Outcome]()
    for name, (draw, count) in TRIALS.items():
        drawn = draw(Random(SEED), max(int(count * share), 1))
        done = await asyncio.gather(*(outcome(ask, conversation) for conversation in drawn))
        rows.append(_row(name, [one.is_right for one in done]))
        outcomes += done
    asked = [told for draw, _ in TRIALS.values() for told in draw(Random(SEED + 1), max(int(EFFORT_TRIALS * share), 1))]
    longer = await asyncio.gather(*(longer_with_effort(ask, conversation) for conversation in asked))
    return [*rows, _row("low, medium, high effort: an ever longer analysis", longer)], outcomes


def _row(name: str, right: Sequence[bool]) -> str:
    return f"| {name} | {sum(right)} of {len(right)} | {sum(right) / len(right):.1%} |"


def main() -> None:
    options = _options()
    asking = over_http(options.url, options.key) if options.url else in_this_process(options.model, options.threads)
    with asking as ask:
        rows, outcomes = asyncio.run(measure(ask, options.share))
    if options.failures:
        print(*(one for one in outcomes if not one.is_right), sep="\n")
    print("| skill | right | share |", "| --- | --- | --- |", *rows, sep="\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=GGUF)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--url", help="of a running workbench, instead of a model in this process")
    parser.add_argument("--key", default="", help="API key of that workbench")
    parser.add_argument("--share", type=float, default=1.0, help="measure only this share of the trials")
    parser.add_argument("--failures", action="store_true", help="print every wrong answer")
    return parser.parse_args()


if __name__ == "__main__":
    main()
