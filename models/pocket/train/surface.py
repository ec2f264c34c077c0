"""How people really type: without capitals or full stops, with a please, with a slip. Placeholders stay as they are."""

import re
from random import Random

from models.pocket.train.turn import Scene

PLACEHOLDER = re.compile(r"(\{+[^{}]*\}+)")


def as_typed(template: str, scene: Scene) -> str:
    rng, text = scene.rng, template
    if rng.random() < 0.15:
        text = "".join(part if part.startswith("{") else part.lower() for part in PLACEHOLDER.split(text))
    if rng.random() < 0.15:
        text = text.rstrip(".?!") or text
    if rng.random() < 0.05:
        text = rng.choice(("Please: {}", "{} please", "Hi! {}", "Hello. {}", "So, {}", "Ok. {}")).replace("{}", text)
    if rng.random() < 0.08:
        text = _with_a_slip(text, rng)
    return text + rng.choice((" ", "\n", "!", "??")) if rng.random() < 0.04 else text


def _with_a_slip(text: str, rng: Random) -> str:
    """Two letters swapped, or one forgotten, inside one longer word."""
    without_placeholders = PLACEHOLDER.sub(lambda match: " " * len(match[0]), text)
    words = list(re.finditer(r"[A-Za-z]{5,}", without_placeholders))
    if not words:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    return text[:at] + rng.choice((text[at + 1] + text[at], "")) + text[at + 2 :]
