"""Schemas that stand for others: one of several, or constants. It knows no notation.

Of `oneOf`, one alone must hold; it is seen where that is plain: by types, constants, and names that are required.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

from deployments.chat.constraints.source import Refusal

_TYPES = {type(None): "null", bool: "boolean", int: "number", float: "number", str: "string", list: "array"}


def alternatives(key: str, schema: Mapping[str, Any], resolved: Callable[[Any], Any]) -> list[Any]:
    """What may stand there instead, each of the type that stands beside them. Raises Refusal."""
    kind, schemas = schema.get("type"), schema[key]
    if key == "allOf" and len(schemas) > 1:
        raise Refusal("allOf has more than one schema")
    if key == "oneOf" and not _exclude_each_other([of_type(kind, resolved(one)) for one in schemas]):
        raise Refusal("more than one schema of its oneOf may hold at once; anyOf has no such demand")
    return [of_type(kind, one) for one in schemas]


def of_type(kind: Any, schema: Any) -> Any:
    """Raises Refusal where it is of another."""
    if kind is None or not isinstance(schema, Mapping):
        return schema
    if schema.get("type", kind) != kind:
        raise Refusal(f"nothing is both {json.dumps(kind)} and {json.dumps(schema['type'])}")
    return {**schema, "type": kind}


def constants(schema: Mapping[str, Any]) -> list[Any]:
    """Those that are of the schema's type. Raises Refusal where none is."""
    kind, values = schema.get("type"), schema.get("enum", [schema.get("const")])
    kept = [value for value in values if kind is None or _is_one_of(value, kind)]
    if not kept:
        raise Refusal("nothing can satisfy it")
    return kept


def _is_one_of(value: Any, kinds: Any) -> bool:
    wanted = kinds if isinstance(kinds, list) else [kinds]
    is_whole = _type_of(value) == "number" and float(value).is_integer()
    return _type_of(value) in wanted or (is_whole and "integer" in wanted)


def _type_of(value: Any) -> str:
    """Of JSON's; integers are numbers."""
    return _TYPES.get(type(value), "object")


def _exclude_each_other(schemas: Sequence[Any]) -> bool:
    return all(_differ(one, other) for one, other in combinations(schemas, 2))


def _differ(one: Any, other: Any) -> bool:
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return False
    if _types(one).isdisjoint(_types(other)) or _constants_differ(one, other):
        return True
    return _types(one) == _types(other) == {"object"} and _objects_differ(one, other)


def _objects_differ(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """By what both require, or by what one requires and the other has no name for."""
    required, others = set(one.get("required", ())), set(other.get("required", ()))
    named, named_there = one.get("properties", {}), other.get("properties", {})
    if any(_constants_differ(named.get(name, {}), named_there.get(name, {})) for name in required & others):
        return True
    are_named = bool(named or required) and bool(named_there or others)
    return are_named and bool(required - named_there.keys() - others) and bool(others - named.keys() - required)


def _types(schema: Mapping[str, Any]) -> set[str]:
    if (constants := _constants(schema)) is not None:
        return {_type_of(json.loads(constant)) for constant in constants}
    kinds = schema.get("type", [*_TYPES.values(), "object"])
    return {"number" if kind == "integer" else kind for kind in (kinds if isinstance(kinds, list) else [kinds])}


def _constants_differ(one: Any, other: Any) -> bool:
    here, there = _constants(one), _constants(other)
    return here is not None and there is not None and here.isdisjoint(there)


def _constants(schema: Any) -> set[str] | None:
    if not isinstance(schema, Mapping) or not schema.keys() & {"const", "enum"}:
        return None
    return {json.dumps(value, sort_keys=True) for value in schema.get("enum", [schema.get("const")])}
