"""Schemas that stand for others: one of several, or constants. It knows no notation.

Of `oneOf`, one alone must hold; objects have no properties but those that their schemas name.
"""

import json
from collections.abc import Callable, Mapping, Set
from typing import Any

from deployments.chat.constraints.exclusive import doubt, type_of
from deployments.chat.constraints.source import Refusal


def alternatives(key: str, schema: Mapping[str, Any], resolved: Callable[[Any], Any]) -> list[Any]:
    """What may stand there instead, each of the type that stands beside them. Raises Refusal."""
    kind, schemas = schema.get("type"), schema[key]
    if key == "allOf" and len(schemas) > 1:
        raise Refusal("allOf has more than one schema")
    if key == "oneOf" and (complaint := doubt([of_type(kind, resolved(one)) for one in schemas], _names)):
        raise Refusal(complaint)
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


def _names(schema: Mapping[str, Any]) -> Set[str] | None:
    return {*schema.get("properties", {}), *schema.get("required", ())} or None


def _is_one_of(value: Any, kinds: Any) -> bool:
    wanted = kinds if isinstance(kinds, list) else [kinds]
    is_whole = type_of(value) == "number" and (type(value) is int or value.is_integer())
    return type_of(value) in wanted or (is_whole and "integer" in wanted)
