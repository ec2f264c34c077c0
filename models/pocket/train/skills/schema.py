"""A sentence into JSON of the schema that the conversation demands."""

import json
from dataclasses import replace

from models.pocket.train.phrases import fill, phrases
from models.pocket.train.skills import unknown
from models.pocket.train.surface import as_typed
from models.pocket.train.turn import Scene, Turn, as_pairs, thoughts


def fill_in(scene: Scene) -> Turn:
    assert scene.form, "only where a form is wanted"
    filled = {blank.field.name: blank.fill(scene.values) for blank in scene.form.blanks}
    told = scene.rng.sample(list(filled), len(filled))
    words = phrases("schema")
    template = as_typed(scene.phrasing(words["request"]["ask"], words["request"]["held_out"]), scene)
    user = fill(template, {"text": _text([filled[name][0] for name in told], scene)}.__getitem__)
    pairs = as_pairs({name: filled[name][1] for name in told})
    thinking = (fill(words["words"][part], {"pairs": pairs}.__getitem__) for part in words["words"])
    order = told if scene.form.is_open else list(filled)
    answer = json.dumps({name: filled[name][1] for name in order}, ensure_ascii=False)
    return Turn("schema", user, thoughts(*thinking), answer)


def decline(scene: Scene) -> Turn:
    """Nothing in the message can be filled in, and any object will do."""
    turn = unknown.decline(scene)
    return replace(turn, skill="schema: declined", answer=json.dumps({"error": turn.answer}))


def _text(told: list[str], scene: Scene) -> str:
    words = phrases("schema")["sentence"]
    text = scene.rng.choice(words["joins"]).join(told)
    opening = scene.rng.choice(words["openings"])
    whole = f"{opening}{text}." if scene.rng.random() < 0.7 else f"{opening}{text}"
    return whole[0].upper() + whole[1:] if scene.rng.random() < 0.6 else whole
