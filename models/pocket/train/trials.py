"""What pocket-chat is measured on: conversations of values, tools and fields that training never showed."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

from models.pocket.train.conversation import MOST_TOOLS, Conversation
from models.pocket.train.facts import MOST_FACTS
from models.pocket.train.forms import draw_form
from models.pocket.train.phrases import phrases
from models.pocket.train.skills import Skill, arithmetic, memory, schema, tools, topics, unknown
from models.pocket.train.toolbox import draw_gadgets
from models.pocket.train.turn import EFFORTS, Scene, Turn, thoughts
from models.pocket.train.values import Split, Values

FAR = 12  # turns
INTRODUCTIONS = ("greeting", "identity", "abilities", "workbench", "switch")
FILLERS: tuple[Skill, ...] = (topics.talk, arithmetic.add, arithmetic.subtract, unknown.decline)


def introductions(rng: Random, count: int) -> Iterator[Conversation]:
    asked = [(topic, text) for topic in INTRODUCTIONS for text in phrases("topics")[topic]["held_out"]]
    for name, text in rng.sample(asked, min(count, len(asked))):
        topic = phrases("topics")[name]
        thinking = thoughts(topic["label"], topic["thought"], topic["afterthought"])
        yield _told(_scene(rng), Turn(f"topic: {name}", text, thinking, topic["answer"]))


def sums(rng: Random, count: int) -> Iterator[Conversation]:
    for _ in range(count):
        scene = _scene(rng)
        yield _told(scene, rng.choice((arithmetic.add, arithmetic.subtract))(scene))


def recalls(rng: Random, count: int) -> Iterator[Conversation]:
    """One to four facts, then other talk, then one of them is asked for."""
    for _ in range(count):
        scene, wanted = _scene(rng), rng.randint(1, MOST_FACTS)
        turns = []
        while len(scene.facts) < wanted:
            turns.append(rng.choice((memory.tell, memory.tell, memory.tell_several))(scene))
        between = [rng.choice(FILLERS)(scene) for _ in range(rng.randrange(FAR))]
        yield _told(scene, *turns, *between[: FAR - len(turns)], _asked(scene))


def _asked(scene: Scene) -> Turn:
    """For something that was told."""
    turn = memory.ask(scene)
    return turn if turn.skill == "memory: ask" else _asked(scene)


def tool_uses(rng: Random, count: int) -> Iterator[Conversation]:
    for _ in range(count):
        scene = _scene(rng)
        scene = replace(scene, gadgets=draw_gadgets(scene.values, rng.randint(1, MOST_TOOLS)))
        yield _told(scene, rng.choice((tools.call, tools.call, tools.call, tools.refuse))(scene))


def forms(rng: Random, count: int) -> Iterator[Conversation]:
    for _ in range(count):
        scene = _scene(rng)
        scene = replace(scene, form=draw_form(scene.values, fewest=2))
        yield _told(scene, schema.fill_in(scene))


def others(rng: Random, count: int) -> Iterator[Conversation]:
    """Worded as training never did."""
    for _ in range(count):
        scene = _scene(rng, new_phrasings=True)
        yield _told(scene, unknown.decline(scene))


Draw = Callable[[Random, int], Iterator[Conversation]]
TRIALS: dict[str, tuple[Draw, int]] = {
    "greets; says what it is, what the workbench can do, how to switch": (introductions, 50),
    "a + b, a - b for 0 to 99, reasoned": (sums, 100),
    "recalls one of up to four facts, up to 12 turns back": (recalls, 100),
    "1 to 4 tools it never saw: the right call or none, and the answer": (tool_uses, 100),
    "fills a strict JSON schema of 2 to 5 fields": (forms, 100),
    "any other request: says honestly what it is": (others, 500),
}


def _scene(rng: Random, *, new_phrasings: bool = False) -> Scene:
    return Scene(Values(rng, Split(new_values=True, new_phrasings=new_phrasings)), datetime.date.today())


def _told(scene: Scene, *turns: Turn) -> Conversation:
    tools_offered = tuple(gadget.tool for gadget in scene.gadgets)
    form = scene.form.json_schema if scene.form else None
    return Conversation((), turns, scene.rng.choice(EFFORTS), scene.today, tools_offered, form)
