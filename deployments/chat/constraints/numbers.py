"""Numbers that llguidance would keep otherwise than a schema has them: it computes with doubles, and in 64 bits."""

from collections.abc import Iterator, Mapping, Sequence
from math import trunc
from typing import Any

from deployments.chat.constraints.walk import Schema, joined

_MOST = 2**53 - 1  # beyond it, doubles leave numbers out; the least of 64 bits even ends the process
_MOST_OF_64_BITS = 2**63 - 1
_COUNTED = {"maxItems", "maxLength", "maxProperties"}
_VALUES = {"const", "enum"}
_OPPOSITE = {
    "exclusiveMinimum": ("maximum", "exclusiveMaximum"),
    "exclusiveMaximum": ("minimum", "exclusiveMinimum"),
}
_BOUNDS = {"minimum", "maximum", *_OPPOSITE}
_JOINING = ("$ref", "anyOf", "oneOf", "properties", "patternProperties")


def doubt(schema: Any) -> str:
    """Why its numbers cannot be kept, or nothing. It looks everywhere, for a reference may lead anywhere."""
    if _is_beyond(schema):
        return f"it has a number beyond {_MOST}, up to which they are exact"
    places = list(_places(schema))
    groups = [places] if any(map(_joins_several, places)) else [[place] for place in places]
    lost = sorted(number for group in groups for number in _lost(group))
    return f"the other bound is less than 1 from its exclusive bound {lost[0]}, which would be allowed" if lost else ""


def _is_beyond(value: Any, key: str = "", *, is_value: bool = False) -> bool:
    if isinstance(value, Mapping):
        return any(_is_beyond(one, name, is_value=is_value or name in _VALUES) for name, one in value.items())
    if isinstance(value, list):
        return any(_is_beyond(one, is_value=is_value) for one in value)
    if not isinstance(value, int | float) or abs(value) <= _MOST or value != value:
        return False
    is_no_limit = key in _COUNTED or (key == "maximum" and value >= _MOST_OF_64_BITS)
    return is_value or not is_no_limit


def _places(value: Any) -> Iterator[Schema]:
    if isinstance(value, Mapping):
        yield value
    for one in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _places(one)


def _joins_several(place: Schema) -> bool:
    """Whether a number may have to keep the bounds of several places."""
    return joined(place, _JOINING) + (not _BOUNDS.isdisjoint(place)) > 1


def _lost(places: Sequence[Schema]) -> set[int]:
    """Whole exclusive bounds that would be allowed: the other bound has the same digits before its point."""
    lost = set[int]()
    for exclusive, opposite in _OPPOSITE.items():
        others = {trunc(bound) for bound in _bounds(places, *opposite) if bound % 1 > 0}
        lost |= others.intersection(_bounds(places, exclusive))
    return lost


def _bounds(places: Sequence[Schema], *keys: str) -> list[float]:
    found = [place[key] for place in places for key in keys if key in place]
    return [bound for bound in found if isinstance(bound, int | float)]
