"""A sentence into JSON of the schema that the conversation demands."""

import json

from models.pocket.train.phrases import fill, phrases
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
    answer = json.dumps({name: value for name, (_, value) in filled.items()}, ensure_ascii=False)
    return Turn("schema", user, thoughts(*thinking), answer)


def _text(told: list[str], scene: Scene) -> str:
    words = phrases("schema")["sentence"]
    text = scene.rng.choice(words["joins"]).join(told)
    opening = scene.rng.choice(words["openings"])
    whole = f"{opening}{text}." if scene.rng.random() < 0.7 else f"{opening}{text}"
    return whole[0].upper() + whole[1:] if scene.rng.random() < 0.6 else whole
