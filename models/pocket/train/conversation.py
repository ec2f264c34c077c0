"""Whole conversations put together from turns. They know messages and skills, not tokens."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from deployments.chat.messages import Message, ReasoningEffort
from models.pocket.train.phrases import fill, phrases
from models.pocket.train.skills import SHARES, Skill, memory
from models.pocket.train.turn import EFFORTS, Scene, Turn
from models.pocket.train.values import TRAINING, Split, Values

FIRST_DAY = datetime.date(2024, 1, 1)
DAYS = 365 * 12


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the model is given at each turn, and what it is to do with it."""

    instructions: tuple[Message, ...]
    turns: tuple[Turn, ...]
    effort: ReasoningEffort
    today: datetime.date

    def messages(self, turn: int) -> list[Message]:
        """All up to the user's message of that turn. The model never sees again what it thought."""
        earlier = [message for past in self.turns[:turn] for message in past.messages]
        return [*self.instructions, *earlier, Message("user", self.turns[turn].user)]


def conversations(seed: int, split: Split = TRAINING) -> Iterator[Conversation]:
    """Without end, and the same for the same seed."""
    rng = Random(seed)
    while True:
        day = FIRST_DAY + datetime.timedelta(days=rng.randrange(DAYS))
        yield converse(Scene(Values(rng, split), day), _turn_count(rng))


def converse(scene: Scene, turn_count: int) -> Conversation:
    instructions = _instructions(scene)
    turns = tuple(_next_turn(scene) for _ in range(turn_count))
    return Conversation(instructions, turns, scene.rng.choice(EFFORTS), scene.today)


def _instructions(scene: Scene) -> tuple[Message, ...]:
    if scene.rng.random() < 0.7:
        return ()
    texts = scene.rng.sample(phrases("unknown")["instructions"]["texts"], scene.rng.choice((1, 1, 2, 3, 8)))
    return (Message("system", " ".join(fill(text, scene.values.draw) for text in texts)),)


def _turn_count(rng: Random) -> int:
    """Mostly few; now and then so many that the conversation is longer than a thousand tokens."""
    fewest, most = rng.choices(((1, 1), (2, 3), (4, 6), (7, 25)), (30, 40, 27, 3))[0]
    return rng.randint(fewest, most)


def _next_turn(scene: Scene) -> Turn:
    """Nobody asks for what they have not told, or hardly ever."""
    shares: dict[Skill, int] = {**SHARES, memory.ask: SHARES[memory.ask] if scene.facts else 6}
    return scene.rng.choices(list(shares), list(shares.values()))[0](scene)
