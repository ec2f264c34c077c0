"""Whole conversations put together from turns. They know messages and skills, not tokens."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.harmony.render import render
from deployments.chat.messages import Message, ReasoningEffort
from deployments.chat.prompt import Part
from deployments.chat.tools import Tool
from models.pocket.train.forms import draw_form
from models.pocket.train.phrases import fill, phrases
from models.pocket.train.skills import skills_for
from models.pocket.train.toolbox import draw_gadgets
from models.pocket.train.turn import EFFORTS, Scene, Turn
from models.pocket.train.values import TRAINING, Split, Values

FIRST_DAY = datetime.date(2024, 1, 1)
DAYS = 365 * 12
MOST_TOOLS = 4


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the model is given at each turn, and what it is to do with it."""

    instructions: tuple[Message, ...]
    turns: tuple[Turn, ...]
    effort: ReasoningEffort
    today: datetime.date
    tools: tuple[Tool, ...] = ()
    response_format: JsonSchema | None = None

    def messages(self, turn: int) -> list[Message]:
        """All up to the user's message of that turn. The model never sees again what it thought."""
        earlier = [message for past in self.turns[:turn] for message in past.messages]
        return [*self.instructions, *earlier, Message("user", self.turns[turn].user)]

    def rendered(self, turn: int, steps: int = 0, *, is_reasoned: bool = True) -> list[Part]:
        """The prompt at that turn, after so many of its calls, with what was thought before them or without."""
        called = [
            message
            for step in self.turns[turn].steps[:steps]
            for message in step.messages(step.thoughts[self.effort] if is_reasoned else "")
        ]
        return render(
            [*self.messages(turn), *called],
            effort=self.effort,
            today=self.today,
            tools=self.tools,
            response_format=self.response_format,
        )


def conversations(seed: int, split: Split = TRAINING) -> Iterator[Conversation]:
    """Without end, and the same for the same seed."""
    rng = Random(seed)
    while True:
        scene = draw_scene(rng, split)
        yield converse(scene, _turn_count(scene))


def draw_scene(rng: Random, split: Split = TRAINING) -> Scene:
    """Plain talk, or with tools, or with a form to fill."""
    day, values = FIRST_DAY + datetime.timedelta(days=rng.randrange(DAYS)), Values(rng, split)
    match rng.choices(("talk", "tools", "form"), (41, 38, 21))[0]:
        case "tools":
            return Scene(values, day, gadgets=draw_gadgets(values, rng.randint(1, MOST_TOOLS)))
        case "form":
            return Scene(values, day, form=draw_form(values))
    return Scene(values, day)


def converse(scene: Scene, turn_count: int) -> Conversation:
    instructions = _instructions(scene)
    turns = tuple(_next_turn(scene) for _ in range(turn_count))
    return Conversation(
        instructions,
        turns,
        scene.rng.choice(EFFORTS),
        scene.today,
        tuple(gadget.tool for gadget in scene.gadgets),
        scene.form.json_schema if scene.form else None,
    )


def _instructions(scene: Scene) -> tuple[Message, ...]:
    if scene.rng.random() < 0.7:
        return ()
    texts = scene.rng.sample(phrases("unknown")["instructions"]["texts"], scene.rng.choice((1, 1, 2, 3, 8)))
    return (Message("system", " ".join(fill(text, scene.values.draw) for text in texts)),)


def _turn_count(scene: Scene) -> int:
    """Mostly few; now and then so many that the conversation is longer than a thousand tokens."""
    shares = (50, 42, 8, 0) if scene.gadgets or scene.form else (30, 45, 24, 1)
    fewest, most = scene.rng.choices(((1, 2), (2, 4), (4, 8), (9, 25)), shares)[0]
    return scene.rng.randint(fewest, most)


def _next_turn(scene: Scene) -> Turn:
    shares = skills_for(scene)
    return scene.rng.choices(list(shares), list(shares.values()))[0](scene)
