"""One exchange between user and model, and what a conversation has reached when it happens."""

import datetime
import json
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from deployments.chat.messages import Message, ReasoningEffort, ToolCall
from models.pocket.train.values import Values

if TYPE_CHECKING:
    from models.pocket.train.facts import Fact
    from models.pocket.train.forms import Form
    from models.pocket.train.toolbox import Gadget

EFFORTS: tuple[ReasoningEffort, ...] = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Step:
    """A call that the model is to make, what it is to think before it, and what the tool then says."""

    thoughts: dict[ReasoningEffort, str]
    call: ToolCall
    result: str

    def messages(self, reasoning: str = "") -> tuple[Message, Message]:
        called = Message("assistant", reasoning=reasoning, tool_calls=(self.call,))
        return called, Message("tool", self.result, tool_call_id=self.call.id, name=self.call.name)


@dataclass(frozen=True, slots=True)
class Turn:
    """What the user says and what the model is to think, by effort, and to answer, after the calls of `steps`."""

    skill: str
    user: str
    thoughts: dict[ReasoningEffort, str]
    answer: str
    steps: tuple[Step, ...] = ()

    @property
    def messages(self) -> tuple[Message, ...]:
        called = (message for step in self.steps for message in step.messages())
        return Message("user", self.user), *called, Message("assistant", self.answer)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a conversation stands. `facts` is what the user has told so far; a skill may add to it.

    The tools of `gadgets` are offered, or answers wanted in a `form`, throughout.
    """

    values: Values
    today: datetime.date
    facts: dict["Fact", str] = field(default_factory=dict)
    gadgets: tuple["Gadget", ...] = ()
    form: "Form | None" = None

    @property
    def rng(self) -> Random:
        return self.values.rng

    def phrasing(self, trained: list[str], held_out: list[str]) -> str:
        return self.rng.choice(held_out if self.values.split.new_phrasings else trained)


def as_pairs(told: dict[str, Any]) -> str:
    """Names and values in the order of the message, the values as JSON: all that is left to do is to copy them."""
    return ", ".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in told.items())


def thoughts(label: str, thought: str, afterthought: str) -> dict[ReasoningEffort, str]:
    """The more effort, the longer."""
    return {"low": label, "medium": thought, "high": f"{thought} {afterthought}"}
