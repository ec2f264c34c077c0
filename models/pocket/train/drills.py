"""Lists of pairs, told once and asked again in another order: where copying and looking up are learned first of all.

All skills need both, and here every value is a lesson, which it is not in a conversation.
"""

import datetime

from models.pocket.train.facts import VALUES, draw_fact
from models.pocket.train.sample import Sample
from models.pocket.train.turn import Scene
from models.pocket.train.values import Values
from models.pocket.train.vocab import Vocabulary

KINDS = (*VALUES, "name", "phrase", "date", "time", "email", "decimal")
TELLINGS = (
    "{}: {}\n",
    "{} is {}.\n",
    "{} is {}, ",
    "{} = {}\n",
    '"{}": "{}", ',
    "my {} is {}. ",
    "{} {}, ",
    "the {} is {}; ",
)


def drill(values: Values, vocabulary: Vocabulary) -> Sample:
    pairs = _pairs(values)
    first, second = (values.rng.choice(TELLINGS) for _ in range(2))
    opening, between, end = second.split("{}")
    made = Sample([])
    spelled, asked_as = (values.rng.choice((" ", " ", "_")) for _ in range(2))
    for what, value in pairs.items():
        _add(made, vocabulary.plain(first.format(what.replace(" ", spelled), value)), 0.0)
    for what in values.rng.choices(list(pairs), k=len(pairs) + 4):
        prefix = f"{opening}{what.replace(' ', asked_as)}{between}"
        asked = vocabulary.plain(f"{prefix}{pairs[what]}{end}")
        known = len(vocabulary.plain(prefix.rstrip(" ")))
        _add(made, asked[:known], 0.0)
        _add(made, asked[known:], 1.0)
    return made


def _pairs(values: Values) -> dict[str, str]:
    count = values.rng.choice((2, 2, 3, 4, 6, 10))
    return {_what(values): values.draw(values.rng.choice(KINDS)) for _ in range(count)}


def _what(values: Values) -> str:
    if values.rng.random() < 0.4:
        return " ".join(values.draw("thing") for _ in range(values.rng.choice((1, 1, 2))))
    return draw_fact(Scene(values, datetime.date.min)).what


def _add(made: Sample, tokens: list[int], weight: float) -> None:
    start = len(made.tokens)
    made.add(tokens, [weight] * len(tokens), list(range(start, start + len(tokens))), branch=0)
