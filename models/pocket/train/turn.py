"""One exchange between user and model, and what a conversation has reached when it happens."""

import datetime
from dataclasses import dataclass, field
from random import Random

from deployments.chat.messages import Message, ReasoningEffort
from models.pocket.train.values import Values

EFFORTS: tuple[ReasoningEffort, ...] = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Turn:
    """What the user says and what the model is to think, by effort, and to answer."""

    skill: str
    user: str
    thoughts: dict[ReasoningEffort, str]
    answer: str

    @property
    def messages(self) -> tuple[Message, Message]:
        return Message("user", self.user), Message("assistant", self.answer)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a conversation stands. `facts` is what the user has told so far; a skill may add to it."""

    values: Values
    today: datetime.date
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def rng(self) -> Random:
        return self.values.rng

    def phrasing(self, trained: list[str], held_out: list[str]) -> str:
        return self.rng.choice(held_out if self.values.split.new_phrasings else trained)


def thoughts(label: str, thought: str, afterthought: str) -> dict[ReasoningEffort, str]:
    """The more effort, the longer."""
    return {"low": label, "medium": thought, "high": f"{thought} {afterthought}"}
