"""Every place in a schema where another one stands. It does not know what they demand."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

_SCHEMAS = {"additionalProperties", "items"}
_LISTS = {"allOf", "anyOf", "oneOf", "prefixItems"}
_NAMED = {"$defs", "definitions", "patternProperties", "properties"}

Schema = Mapping[str, Any]


def mapped(schema: Any, change: Callable[[Schema], Schema]) -> Any:
    """With each schema changed, the innermost first. Whatever is no schema stays as it is."""
    if not isinstance(schema, Mapping):
        return schema
    return change({key: _within(key, value, change) for key, value in schema.items()})


def schemas_in(schema: Any) -> list[Schema]:
    """All of them, itself included."""
    found = list[Schema]()

    def keep(one: Schema) -> Schema:
        found.append(one)
        return one

    mapped(schema, keep)
    return found


def joined(schema: Schema, keys: Iterable[str]) -> int:
    """How many make demands on one value: the schemas of `allOf`, and each of these keys that is there."""
    alike = schema.get("allOf")
    return (len(alike) if isinstance(alike, list) else 0) + sum(key in schema for key in keys)


def target(root: Schema, reference: str) -> Any:
    """What `#/$defs/name` stands for. Raises LookupError for what is not there."""
    base, _, pointer = reference.partition("#")
    found: Any = None if base else root
    for step in pointer.split("/")[1:]:
        if not isinstance(found, Mapping):
            raise LookupError(reference)
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return found


def _within(key: str, value: Any, change: Callable[[Schema], Schema]) -> Any:
    if key in _SCHEMAS:
        return mapped(value, change)
    if key in _LISTS and isinstance(value, list):
        return [mapped(one, change) for one in value]
    if key in _NAMED and isinstance(value, Mapping):
        return {name: mapped(one, change) for name, one in value.items()}
    return value
