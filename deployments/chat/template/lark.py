"""Text and markup as expressions of llguidance's Lark, and rules with names. It knows no family."""

import json
from collections.abc import Callable, Iterable

from deployments.chat.prompt import Control
from deployments.chat.template.markup import Markup


def literal(text: str) -> str:
    """As text, whatever it spells."""
    return json.dumps(text, ensure_ascii=False)


def marked_up(text: str, markup: Markup) -> str:
    """With control tokens where it spells them."""
    parts = (part for part in markup.parts(text) if part)
    return " ".join(
        f"<[{markup.controls[part.text]}]>" if isinstance(part, Control) else literal(part) for part in parts
    )


def one_of(expressions: Iterable[str]) -> str:
    return f"({' | '.join(expressions)})"


class Rules:
    """Those of one schema. What is asked for by a name is made once, and may refer to itself."""

    def __init__(self, prefix: str) -> None:
        self.lines: list[str] = []
        self._prefix = prefix
        self._count = 0
        self._once: dict[str, str] = {}

    def add(self, expression: str) -> str:
        name = self._new_name()
        self.lines.append(f"{name}: {expression}")
        return name

    def terminal(self, expression: str) -> str:
        name = self._new_name().upper()
        self.lines.append(f"{name}: {expression}")
        return name

    def once(self, key: str, make: Callable[[], str]) -> str:
        if key not in self._once:
            name = self._once[key] = self._new_name()
            self.lines.append(f"{name}: {make()}")
        return self._once[key]

    def _new_name(self) -> str:
        self._count += 1
        return f"{self._prefix}_{self._count}"
