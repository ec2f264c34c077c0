"""What pocket-chat can do. A skill draws one turn that fits a scene; to add one, write it and list it here."""

from collections.abc import Callable

from models.pocket.train.skills import arithmetic, memory, schema, tools, topics, unknown
from models.pocket.train.turn import Scene, Turn

Skill = Callable[[Scene], Turn]

TALKING: dict[Skill, int] = {
    topics.talk: 26,
    arithmetic.add: 17,
    arithmetic.subtract: 17,
    memory.tell: 15,
    memory.tell_two: 4,
    memory.tell_several: 8,
    memory.ask: 40,
    unknown.decline: 28,
}
WITH_TOOLS: dict[Skill, int] = {
    tools.call: 62,
    tools.refuse: 18,
    topics.talk: 6,
    arithmetic.add: 3,
    arithmetic.subtract: 3,
    memory.tell: 4,
    memory.ask: 4,
}
FILLING_FORMS: dict[Skill, int] = {schema.fill_in: 1}
WRITING_JSON: dict[Skill, int] = {schema.fill_in: 2, schema.decline: 1}


def skills_for(scene: Scene) -> dict[Skill, int]:
    """With their shares. Nobody asks for what they have not told, or hardly ever."""
    if scene.form:
        return WRITING_JSON if scene.form.is_open else FILLING_FORMS
    shares = WITH_TOOLS if scene.gadgets else TALKING
    return {**shares, memory.ask: shares[memory.ask] if scene.facts else 4}
