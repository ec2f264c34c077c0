"""What the user tells about themselves, asked for later in the same conversation; or never told, and then said so."""

from typing import Any

from models.pocket.train.facts import MOST_FACTS, Fact, draw_fact
from models.pocket.train.phrases import fill, phrases
from models.pocket.train.surface import as_typed
from models.pocket.train.turn import Scene, Turn, thoughts

OWN_WORDS = ("name", "city", "number")  # facts with ways of their own to be told and asked for


def tell(scene: Scene) -> Turn:
    fact = draw_fact(scene)
    value = scene.values.draw(fact.kind)
    known = fact in scene.facts
    template = scene.rng.choice(phrases("memory")["any"]["correct"]) if known else _phrasing(scene, fact, "tell")
    scene.facts[fact] = value
    noted = _words(fact)["noted"] if fact.what == "name" else phrases("memory")["any"]["noted"]
    return _turn(scene, "tell", template, noted, {**fact.words, "value": value})


def tell_two(scene: Scene) -> Turn:
    """Their name, and something else."""
    fact = draw_fact(scene)
    while fact.what == "name":
        fact = draw_fact(scene)
    name, value = scene.values.draw("name"), scene.values.draw(fact.kind)
    told = {Fact("my", "name", "name"): name, fact: value}
    scene.facts.update(told)
    words, act = phrases("memory")["pair"], "tell_city" if fact.what == "city" else "tell"
    template = scene.phrasing(words[act], words[f"{act}_held_out"])
    noted = _words(next(iter(told)))["noted"].replace("{value}", "{name}") + " " + phrases("memory")["any"]["noted"]
    said = {**fact.words, "name": name, "value": value, **_lists(told, " and ")}
    return _turn(scene, "several", template, noted, said)


def tell_several(scene: Scene) -> Turn:
    wanted, told = scene.rng.randint(2, MOST_FACTS), dict[Fact, str]()
    while len(told) < wanted:
        fact = draw_fact(scene)
        scene.facts[fact] = told[fact] = scene.values.draw(fact.kind)
    words = phrases("memory")["several"]
    template = scene.phrasing(words["tell"], words["tell_held_out"])
    between = scene.rng.choice((", ", " and ", ", and ", "; ", ". ", "\n"))
    return _turn(scene, "several", template, words["noted"], _lists(told, between))


def ask(scene: Scene) -> Turn:
    told = scene.facts and scene.rng.random() < 0.8
    fact = scene.rng.choice(list(scene.facts)) if told else draw_fact(scene, owners=("my",))
    template = _phrasing(scene, fact, "ask")
    if fact not in scene.facts:
        return _turn(scene, "untold", template, phrases("memory")["any"]["untold"], fact.words)
    said = {**fact.words, "value": scene.facts[fact]}
    return _turn(scene, "ask", template, phrases("memory")["any"]["answer"], said)


def _lists(told: dict[Fact, str], between: str) -> dict[str, str]:
    said = between.join(f"{fact.words['mine']} is {value}" for fact, value in told.items())
    return {
        "list": said,
        "List": said[0].upper() + said[1:],
        "listed": ", ".join(f"{fact.words['yours']} is {value}" for fact, value in told.items()),
        "noted": ", ".join(f"{fact.what} is {value}" for fact, value in told.items()),
    }


def _words(fact: Fact) -> dict[str, Any]:
    own: dict[str, Any] = phrases("memory").get(fact.what, {}) if fact.what in OWN_WORDS else {}
    return own


def _phrasing(scene: Scene, fact: Fact, act: str) -> str:
    general, own = phrases("memory")["any"], _words(fact)
    usual = general["ask_the"] if act == "ask" and fact.owner == "the" else general[act]
    # A name is told in its own ways as often as in the general ones.
    return scene.phrasing(usual + own.get(act, []) * 2, general[f"{act}_held_out"] + own.get(f"{act}_held_out", []) * 2)


def _turn(scene: Scene, act: str, template: str, answer: str, said: dict[str, str]) -> Turn:
    general = phrases("memory")["any"]
    thinking = (fill(general[f"{kind}_{act}"], said.__getitem__) for kind in ("label", "thought", "afterthought"))
    asked = fill(as_typed(template, scene), said.__getitem__)
    return Turn(f"memory: {act}", asked, thoughts(*thinking), fill(answer, said.__getitem__))
