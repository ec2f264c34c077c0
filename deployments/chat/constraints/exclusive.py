"""Whether of several schemas one alone can hold, where that is plain: by types, constants, and names of properties.

Each is read once. Constants are compared all at once, whatever else there is in pairs.
"""

import json
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations
from typing import Any

_MOST_COMPARED = 64
_MOST_LOOKED_AT = 256  # constants of an enum and required properties, of schemas that a form may name again and again
_TYPES = {type(None): "null", bool: "boolean", int: "number", float: "number", str: "string", list: "array"}

Names = Callable[[Mapping[str, Any]], Set[str] | None]


@dataclass(frozen=True, slots=True)
class _Facts:
    """`names` are all that an object may have; None: any. `tags` are required properties that are constants."""

    types: Set[str]
    constants: Set[str] | None
    required: Set[str]
    names: Set[str] | None
    tags: Mapping[str, Set[str]]


def doubt(schemas: Sequence[Any], names: Names) -> str:
    """Why it is not plain that one alone can hold, or nothing. `names` are those that an object may have."""
    if len(schemas) < 2:
        return ""
    facts = [_facts(schema, names) for schema in schemas if isinstance(schema, Mapping)]
    others = [one for one in facts if one.constants is None]
    if len(others) > _MOST_COMPARED:
        return f"its oneOf has {len(others)} schemas, and {_MOST_COMPARED} is the most that are compared"
    constants = [one for one in facts if one.constants is not None]
    if len(facts) < len(schemas) or not _are_apart(constants, others):
        return "more than one schema of its oneOf may hold at once; anyOf has no such demand"
    return ""


def type_of(value: Any) -> str:
    """Of JSON's; integers are numbers."""
    return _TYPES.get(type(value), "object")


def _facts(schema: Mapping[str, Any], names: Names) -> _Facts:
    required, properties = schema.get("required", ()), schema.get("properties", {})
    tags = {name: _constants(properties.get(name)) for name in required[:_MOST_LOOKED_AT]}
    known = {name: constants for name, constants in tags.items() if constants is not None}
    return _Facts(_types(schema), _constants(schema), set(required), names(schema), known)


def _types(schema: Mapping[str, Any]) -> Set[str]:
    if schema.keys() & {"const", "enum"}:
        return {type_of(value) for value in _values(schema)}
    kinds = schema.get("type", [*_TYPES.values(), "object"])
    return {"number" if kind == "integer" else kind for kind in (kinds if isinstance(kinds, list) else [kinds])}


def _constants(schema: Any) -> Set[str] | None:
    if not isinstance(schema, Mapping) or not schema.keys() & {"const", "enum"}:
        return None
    values = _values(schema)
    return {json.dumps(value, sort_keys=True) for value in values} if len(values) <= _MOST_LOOKED_AT else None


def _values(schema: Mapping[str, Any]) -> list[Any]:
    return schema.get("enum", [schema.get("const")])  # type: ignore[no-any-return]


def _are_apart(constants: Sequence[_Facts], others: Sequence[_Facts]) -> bool:
    seen, types = set[str](), set[str]()
    for one in constants:
        assert one.constants is not None
        if not seen.isdisjoint(one.constants):
            return False
        seen |= one.constants
        types |= one.types
    return all(types.isdisjoint(one.types) for one in others) and all(_differ(*two) for two in combinations(others, 2))


def _differ(one: _Facts, other: _Facts) -> bool:
    if one.types.isdisjoint(other.types):
        return True
    if not one.types == other.types == {"object"}:
        return False
    if any(one.tags[name].isdisjoint(other.tags[name]) for name in one.tags.keys() & other.tags.keys()):
        return True
    return _lacks(one, other) and _lacks(other, one)


def _lacks(one: _Facts, other: _Facts) -> bool:
    """Whether what the one requires has no name in the other."""
    return other.names is not None and bool(one.required - other.names)
