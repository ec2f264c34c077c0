"""Objects that name their properties have no others: what a schema does not know of, a model makes up, without end."""

from collections.abc import Mapping, Set
from typing import Any

from deployments.chat.constraints.exclusive import doubt
from deployments.chat.constraints.walk import Schema, joined, mapped, schemas_in, target

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

    All stay as they are where one object must satisfy several schemas, for each knows but a part of its properties; and
    where `oneOf` may need to see that more than one holds, which it does not of objects that are closed.
    """
    known = schemas_in(schema)
    is_plain = not any(map(_joins_several, known)) and all(_is_exclusive(one, schema) for one in known)
    return mapped(schema, _close) if is_plain else schema


def _joins_several(schema: Schema) -> bool:
    return joined(schema, _ALTERNATIVES) > 1


def _is_exclusive(schema: Schema, root: Schema) -> bool:
    """Whether it is plain that one of its alternatives alone can hold."""
    alternatives = schema.get("oneOf", [])
    try:
        return not doubt([_resolved(one, root) for one in alternatives], _names)
    except (AttributeError, LookupError, TypeError):  # no schemas
        return False


def _resolved(schema: Any, root: Schema) -> Any:
    is_reference = isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str)
    return target(root, schema["$ref"]) if is_reference else schema


def _names(schema: Schema) -> Set[str] | None:
    """All that an object may have once it is closed."""
    is_closed = _close(schema).get("additionalProperties") is False and "patternProperties" not in schema
    return set(schema.get("properties", ())) if is_closed else None


def _close(schema: Schema) -> Schema:
    named, required = schema.get("properties"), schema.get("required", [])
    if not (named and isinstance(named, Mapping) and isinstance(required, list)) or schema.keys() & _ROOM_FOR_OTHERS:
        return schema
    if not {name for name in required if isinstance(name, str)} <= named.keys():
        return schema
    return {**schema, "additionalProperties": False}
