"""What pocket-chat can do. A skill draws one turn that fits a scene; to add one, write it and list it here."""

from collections.abc import Callable

from models.pocket.train.skills import arithmetic, memory, topics, unknown
from models.pocket.train.turn import Scene, Turn

Skill = Callable[[Scene], Turn]

SHARES: dict[Skill, int] = {
    topics.talk: 30,
    arithmetic.add: 12,
    arithmetic.subtract: 12,
    memory.tell: 16,
    memory.tell_two: 6,
    memory.ask: 32,
    unknown.decline: 25,
}
