"""Everything else: the model says honestly that it cannot do that."""

from models.pocket.train.phrases import fill, phrases
from models.pocket.train.surface import as_typed
from models.pocket.train.turn import Scene, Turn, thoughts


def decline(scene: Scene) -> Turn:
    words = phrases("unknown")["anything"]
    template = as_typed(scene.phrasing(words["ask"], words["held_out"]), scene)
    thinking = thoughts(words["label"], words["thought"], words["afterthought"])
    return Turn("unknown", fill(template, lambda kind: _draw(kind, scene)), thinking, words["answer"])


def _draw(kind: str, scene: Scene) -> str:
    if kind != "text":
        return scene.values.draw(kind)
    lines = [line for line in phrases("unknown")["anything"]["ask"] if "{text}" not in line]
    chosen = scene.rng.choices(lines, k=scene.rng.choice((2, 5, 10, 25)))
    return scene.rng.choice(("\n", " ")).join(fill(line, scene.values.draw) for line in chosen)
