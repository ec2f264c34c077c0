"""What pydantic finds wrong with a request → the one thing that its client is told, in the client's own terms.

Where a field may be of several kinds, pydantic tells for each of them why it is none, under names of its own.
"""

from collections.abc import Sequence
from typing import Any

from deployments.errors import InvalidField

Problem = dict[str, Any]
Place = tuple[str | int, ...]

_OTHER_KIND = {"string_type", "list_type", "dict_type", "model_type", "model_attributes_type", "literal_error"}


def first_problem(problems: Sequence[Problem], body: Any) -> InvalidField:
    """With the field's place in the body, such as `messages.0.content`."""
    first = problems[0]
    if first["type"] == "json_invalid":  # its place is a position in the text, not a field
        return InvalidField(f"The body is not valid JSON: {first['ctx']['error']}.")
    place = _place(first, body)
    found = [(_place(one, body), one) for one in problems]
    inside = [(at, one) for at, one in found if at[: len(place)] == place]
    place, message = _deepest(inside, place) or (place, _either([one for _, one in inside]))
    param = ".".join(map(str, place)) or None
    return InvalidField(f"{param}: {message}" if param else message, param=param)


def written(problems: Sequence[Problem]) -> list[Problem]:
    """With the words of the exceptions that pydantic puts into them, which JSON cannot hold."""
    return [
        {**one, "ctx": {name: str(why) if isinstance(why, Exception) else why for name, why in one["ctx"].items()}}
        if "ctx" in one
        else one
        for one in problems
    ]


def _place(problem: Problem, body: Any) -> Place:
    """Without pydantic's names for kinds and variants, which are no part of what was sent."""
    source, *parts = problem["loc"]
    if source != "body":
        return tuple(parts)
    place: list[str | int] = []
    for part in parts:
        if _has(body, part):
            body = body[part]
            place.append(part)
    if problem["type"] == "missing" and parts:
        place.append(parts[-1])
    return tuple(place)


def _has(value: Any, part: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(part, int) and part < len(value)
    return isinstance(value, dict) and part in value


def _deepest(inside: list[tuple[Place, Problem]], place: Place) -> tuple[Place, str] | None:
    """Of the kind that was meant: the others ended at the field itself."""
    meant = [(at, one["msg"]) for at, one in inside if at != place or one["type"] not in _OTHER_KIND]
    return max(meant, key=lambda one: len(one[0]), default=None)


def _either(problems: list[Problem]) -> str:
    first, *others = dict.fromkeys(one["msg"] for one in problems)
    return ", or ".join([first, *(message.removeprefix("Input should be ") for message in others)])
