"""What a schema says to readers only: left out of what is compiled, where it would cost room and proof."""

from typing import Any

from deployments.chat.constraints.walk import Schema, mapped

_ANNOTATIONS = {"$comment", "default", "deprecated", "description", "examples", "readOnly", "title", "writeOnly"}


def bare(schema: Any) -> Any:
    """The same demands, without annotations."""
    return mapped(schema, _without_annotations)


def _without_annotations(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
