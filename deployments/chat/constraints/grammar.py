"""The forms that an answer can be bound to: values only. Each describes the whole answer, from its first token."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """JSON on one line, written `{"a": 1, "b": [2, 3]}`, its properties in the schema's order."""

    schema: Mapping[str, Any]
    name: str | None = None

    @property
    def title(self) -> str:
        return f'The JSON schema "{self.name}"' if self.name else "The JSON schema"


@dataclass(frozen=True, slots=True)
class Lark:
    """llguidance's variant of Lark. `<|channel|>` in a rule is that control token, `%json {...}` a schema.

    An end may come wherever the grammar is satisfied, and wherever a rule names it. To allow one end alone, name it.
    """

    text: str

    @property
    def title(self) -> str:
        return "The grammar"


Grammar = JsonSchema | Lark
