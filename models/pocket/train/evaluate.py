"""Measures a GGUF, skill by skill, on what training never showed: `python -m models.pocket.train.evaluate`.

Of an answer the text must be exactly the expected one, after some reasoning. Earlier turns of a conversation are given
as they should have been.
"""

import argparse
import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from deployments.chat.messages import Message, ReasoningEffort
from models.pocket.train.conversation import converse
from models.pocket.train.export import GGUF
from models.pocket.train.llama import Llama
from models.pocket.train.turn import Scene, Turn
from models.pocket.train.values import Split, Values

SEED = 5
Answer = Callable[[Sequence[Message], ReasoningEffort], tuple[str, str]]  # → reasoning, content


@dataclass(frozen=True, slots=True)
class Trial:
    """What is asked, in how many conversations of how many turns."""

    split: Split
    conversations: int
    turns: int


TRIALS = {
    "new values": Trial(Split(new_values=True), conversations=200, turns=4),
    "new phrasings": Trial(Split(new_values=True, new_phrasings=True), conversations=200, turns=4),
    "long conversations": Trial(Split(new_values=True), conversations=10, turns=40),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    turn: Turn
    effort: ReasoningEffort
    reasoning: str
    content: str

    @property
    def is_right(self) -> bool:
        return self.content == self.turn.answer and bool(self.reasoning)

    def __str__(self) -> str:
        asked = f"{self.turn.skill}, {self.effort} effort: {self.turn.user!r}"
        return f"{asked}\n  thought {self.reasoning!r}\n  said    {self.content!r}\n  wanted  {self.turn.answer!r}"


def main() -> None:
    options = _options()
    answer = Llama(options.model, context=8192).answer
    outcomes = {name: list(measure(answer, trial)) for name, trial in TRIALS.items()}
    if options.failures:
        print(*(outcome for column in outcomes.values() for outcome in column if not outcome.is_right), sep="\n")
    print(*table(outcomes), sep="\n")


def measure(answer: Answer, trial: Trial) -> Iterator[Outcome]:
    rng = Random(SEED)
    for _ in range(trial.conversations):
        told = converse(Scene(Values(rng, trial.split), datetime.date.today()), trial.turns)
        for i, turn in enumerate(told.turns):
            reasoning, content = answer(told.messages(i), told.effort)
            yield Outcome(turn, told.effort, reasoning, content)


def table(outcomes: dict[str, list[Outcome]]) -> list[str]:
    """In Markdown: a row for each skill, a column for each trial."""
    skills = sorted({outcome.turn.skill for column in outcomes.values() for outcome in column})
    rows = [["skill", *outcomes], ["---"] * (len(outcomes) + 1)]
    rows += [[skill, *(_score(column, skill) for column in outcomes.values())] for skill in skills]
    rows += [["all", *(_score(column, "") for column in outcomes.values())]]
    return [f"| {' | '.join(row)} |" for row in rows]


def _score(outcomes: list[Outcome], skill: str) -> str:
    chosen = [outcome for outcome in outcomes if outcome.turn.skill.startswith(skill)]
    return f"{sum(outcome.is_right for outcome in chosen)} of {len(chosen)}" if chosen else "–"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=GGUF)
    parser.add_argument("--failures", action="store_true", help="print every wrong answer")
    return parser.parse_args()


if __name__ == "__main__":
    main()
