"""What tools answer, and how the model is to tell it: always by repeating what it was given."""

import json

from models.pocket.train.phrases import fill, phrases
from models.pocket.train.values import Values

VALUES = ("name", "place", "word", "code", "phrase", "date", "time")


def draw_result(values: Values) -> tuple[str, str]:
    """The result as the tool gives it, and the model's answer."""
    form = values.rng.choices((_object, _sentence, _error), (55, 35, 10))[0]
    return form(values)


def _object(values: Values) -> tuple[str, str]:
    told = {_key(values): _value(values) for _ in range(values.rng.choice((1, 2, 2, 3, 4)))}
    words = [f"the {key.replace('_', ' ')} is {_spoken(value)}" for key, value in told.items()]
    answer = ", ".join(words)
    return json.dumps(told, ensure_ascii=False), f"{answer[0].upper()}{answer[1:]}."


def _sentence(values: Values) -> tuple[str, str]:
    words = phrases("tools")["result"]
    text = fill(values.rng.choice(words["sentences"]), values.draw)
    return text, words["text"].replace("{text}", text)


def _error(values: Values) -> tuple[str, str]:
    words = phrases("tools")["result"]
    text = fill(values.rng.choice(words["errors"]), values.draw)
    return json.dumps({"error": text}, ensure_ascii=False), words["error"].replace("{text}", text)


def _key(values: Values) -> str:
    if values.rng.random() < 0.6:
        return str(values.rng.choice(phrases("tools")["result"]["keys"]))
    return values.draw("thing").replace(" ", "_")


def _value(values: Values) -> object:
    match values.rng.choice(("text", "integer", "number", "boolean")):
        case "integer":
            return int(values.draw("number"))
        case "number":
            return float(values.draw("decimal"))
        case "boolean":
            return values.rng.random() < 0.5
    return values.draw(values.rng.choice(VALUES))


def _spoken(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
