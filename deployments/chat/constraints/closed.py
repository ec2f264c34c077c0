"""Objects that name their properties have no others: what a schema does not know of, a model makes up, without end."""

from collections.abc import Mapping
from typing import Any

from deployments.chat.constraints.walk import Schema, mapped, schemas_in

_ROOM_FOR_OTHERS = {
    "additionalProperties",
    "minProperties",
    "patternProperties",
    "propertyNames",
    "unevaluatedProperties",
}
_ALTERNATIVES = ("$ref", "anyOf", "oneOf", "properties")


def closed(schema: Any) -> Any:
    """The same demands on what is named, unless a schema says itself whether there may be more.

    Where one object must satisfy several schemas, each knows but a part of its properties, so all stay as they are.
    """
    return schema if any(map(_joins_several, schemas_in(schema))) else mapped(schema, _close)


def _joins_several(schema: Schema) -> bool:
    alike = schema.get("allOf")
    parts = len(alike) if isinstance(alike, list) else 0
    return parts + sum(key in schema for key in _ALTERNATIVES) > 1


def _close(schema: Schema) -> Schema:
    named, required = schema.get("properties"), schema.get("required", [])
    if not (named and isinstance(named, Mapping) and isinstance(required, list)) or schema.keys() & _ROOM_FOR_OTHERS:
        return schema
    if not {name for name in required if isinstance(name, str)} <= named.keys():
        return schema
    return {**schema, "additionalProperties": False}
