"""What a schema says to readers only: left out of what is compiled, where it would cost room and proof."""

from collections.abc import Mapping
from typing import Any

_ANNOTATIONS = {"$comment", "default", "deprecated", "description", "examples", "readOnly", "title", "writeOnly"}
_SCHEMAS = {"additionalProperties", "items"}
_LISTS = {"allOf", "anyOf", "oneOf", "prefixItems"}
_NAMED = {"$defs", "definitions", "patternProperties", "properties"}


def bare(schema: Any) -> Any:
    """The same demands, without annotations. Whatever is no schema stays as it is."""
    if not isinstance(schema, Mapping):
        return schema
    return {key: _bare(key, value) for key, value in schema.items() if key not in _ANNOTATIONS}


def _bare(key: str, value: Any) -> Any:
    if key in _SCHEMAS:
        return bare(value)
    if key in _LISTS and isinstance(value, list):
        return [bare(one) for one in value]
    if key in _NAMED and isinstance(value, Mapping):
        return {name: bare(one) for name, one in value.items()}
    return value
