"""A JSON schema as a client sends it: any object that is not nested for its own sake."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

DEEPEST = 100  # lists and objects within each other; several times as many are beyond the stack of those that read them


def _shallow(schema: dict[str, Any]) -> dict[str, Any]:
    layer: list[Any] = [schema]
    for _ in range(DEEPEST):
        layer = [inner for one in layer for inner in _inside(one)]
    if any(isinstance(one, dict | list) for one in layer):
        advice = "is nested more than {most} levels deep. Define what it holds under $defs, and refer to it"
        raise PydanticCustomError("nesting", advice, {"most": DEEPEST})
    return schema


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


SchemaObject = Annotated[dict[str, Any], AfterValidator(_shallow)]
