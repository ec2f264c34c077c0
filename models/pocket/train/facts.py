"""What people tell about themselves: endless kinds of facts, so that looking one up is learned, not the kinds."""

from collections.abc import Callable
from dataclasses import dataclass, field

from models.pocket.train.phrases import phrases
from models.pocket.train.turn import Scene
from models.pocket.train.values import Values, listed

MOST_FACTS = 4
VALUES = ("name", "place", "word", "number", "code")


@dataclass(frozen=True, slots=True)
class Fact:
    """`owner` is the word before it, as the user says it; values are drawn from `kind`."""

    owner: str
    what: str
    kind: str = field(compare=False)

    @property
    def words(self) -> dict[str, str]:
        mine = f"{self.owner} {self.what}"
        yours = f"your {self.what}" if self.owner == "my" else mine
        return {
            "what": self.what,
            "mine": mine,
            "Mine": mine[0].upper() + mine[1:],
            "yours": yours,
            "Yours": yours[0].upper() + yours[1:],
        }


def draw_fact(scene: Scene, owners: tuple[str, ...] = ("my", "my", "my", "my", "the")) -> Fact:
    """Often one that could be taken for another that was told: that is what makes it worth learning."""
    rng = scene.rng
    if scene.facts and rng.random() < 0.15:
        return rng.choice(list(scene.facts))
    if rng.random() < 0.3:
        what = rng.choices(("name", "city", "number"), (5, 3, 1))[0]
        return Fact("my", what, phrases("memory")[what]["kind"])
    what, kind = rng.choice(KINDS)(scene.values)
    return Fact(rng.choice(owners), what, kind)


def _listed(values: Values) -> tuple[str, str]:
    words = phrases("words")
    what, kind = values.rng.choice(words["facts_held_out" if values.split.new_values else "facts"])
    return what, kind


def _of_a_thing(values: Values) -> tuple[str, str]:
    ending, kind = values.rng.choice(
        (("'s name", "name"), (" number", "number"), (" code", "code"), (" password", "word"), (" name", "name"))
    )
    return values.draw("thing") + ending, kind


def _favourite(values: Values) -> tuple[str, str]:
    return (
        f"{values.rng.choice(('favourite', 'favorite', 'best', 'first', 'new', 'old'))} {values.draw('thing')}",
        "word",
    )


def _of_someone(values: Values) -> tuple[str, str]:
    what, kind = values.rng.choice(phrases("words")["attributes"])
    return f"{values.rng.choice(listed('owners'))}'s {what.replace('_', ' ')}", kind


def _thing(values: Values) -> tuple[str, str]:
    return values.draw("thing"), values.rng.choice(VALUES)


def _two_things(values: Values) -> tuple[str, str]:
    return f"{values.draw('thing')} {values.draw('thing')}", values.rng.choice(VALUES)


KINDS: tuple[Callable[[Values], tuple[str, str]], ...] = (
    _listed,
    _listed,
    _of_a_thing,
    _of_a_thing,
    _favourite,
    _of_someone,
    _thing,
    _two_things,
)
