"""What the user tells about themselves, asked for later in the same conversation; or never told, and then said so."""

from typing import Any

from models.pocket.train.phrases import fill, phrases
from models.pocket.train.surface import as_typed
from models.pocket.train.turn import Scene, Turn, thoughts

OWN_WORDS = ("name", "city", "number")  # facts with ways of their own to be told and asked for


def tell(scene: Scene) -> Turn:
    what, kind = _fact(scene)
    value = scene.values.draw(kind)
    known = what in scene.facts
    template = scene.rng.choice(phrases("memory")["any"]["correct"]) if known else _phrasing(scene, what, "tell")
    scene.facts[what] = value
    noted = _words(what)["noted"] if what == "name" else phrases("memory")["any"]["noted"]
    return _turn(scene, "tell", template, noted, {"what": what, "value": value})


def tell_two(scene: Scene) -> Turn:
    what, kind = _fact(scene)
    if what == "name":
        what, kind = "city", "place"
    name, value = scene.values.draw("name"), scene.values.draw(kind)
    scene.facts.update({"name": name, what: value})
    words, act = phrases("memory")["pair"], "tell_city" if what == "city" else "tell"
    template = scene.phrasing(words[act], words[f"{act}_held_out"])
    noted = _words("name")["noted"].replace("{value}", "{name}") + " " + phrases("memory")["any"]["noted"]
    return _turn(scene, "pair", template, noted, {"name": name, "what": what, "value": value})


def ask(scene: Scene) -> Turn:
    told = scene.facts and scene.rng.random() < 0.8
    what = scene.rng.choice(list(scene.facts)) if told else _fact(scene)[0]
    template = _phrasing(scene, what, "ask")
    if what not in scene.facts:
        return _turn(scene, "untold", template, phrases("memory")["any"]["untold"], {"what": what})
    return _turn(scene, "ask", template, phrases("memory")["any"]["answer"], {"what": what, "value": scene.facts[what]})


def _fact(scene: Scene) -> tuple[str, str]:
    if scene.rng.random() < 0.6:
        what = scene.rng.choices(OWN_WORDS, (6, 2, 2))[0]
        return what, phrases("memory")[what]["kind"]
    words = phrases("words")
    what, kind = scene.rng.choice(words["facts_held_out" if scene.values.split.new_values else "facts"])
    return what, kind


def _words(what: str) -> dict[str, Any]:
    own: dict[str, Any] = phrases("memory").get(what, {}) if what in OWN_WORDS else {}
    return own


def _phrasing(scene: Scene, what: str, act: str) -> str:
    general, own = phrases("memory")["any"], _words(what)
    # A name is told in its own ways as often as in the general ones.
    return scene.phrasing(
        general[act] + own.get(act, []) * 2, general[f"{act}_held_out"] + own.get(f"{act}_held_out", []) * 2
    )


def _turn(scene: Scene, act: str, template: str, answer: str, said: dict[str, str]) -> Turn:
    general = phrases("memory")["any"]
    thinking = (fill(general[f"{kind}_{act}"], said.__getitem__) for kind in ("label", "thought", "afterthought"))
    asked = fill(as_typed(template, scene), said.__getitem__)
    return Turn(f"memory: {act}", asked, thoughts(*thinking), fill(answer, said.__getitem__))
