"""Forms to fill: JSON schemas as people write them, and sentences that give their values. It knows no conversations."""

from dataclasses import dataclass
from typing import Any

from deployments.chat.constraints.grammar import JsonSchema
from models.pocket.train.phrases import phrases
from models.pocket.train.toolbox import Parameter
from models.pocket.train.values import Values

SUBJECTS = ("person", "event", "order", "ticket")
TYPES = ("string", "string", "string", "integer", "integer", "number", "boolean", "list")
KINDS = {
    "string": ("name", "place", "word", "code", "phrase", "date"),
    "integer": ("small", "number"),
    "number": ("decimal",),
    "list": ("name", "word", "place"),
    "boolean": ("",),
}
MOST_ITEMS = 4
MOST_FIELDS = 5


@dataclass(frozen=True, slots=True)
class Blank:
    """One field of a form, and how its value is told."""

    field: Parameter
    clauses: tuple[str, ...]

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}} if self.field.type == "list" else self.field.schema

    def fill(self, values: Values) -> tuple[str, Any]:
        """A clause that tells it, and the value."""
        spoken, value = self._value(values)
        clause = values.rng.choice(self._told(value)).replace("{p}", self.field.name.replace("_", " "))
        return clause.replace("{v}", spoken), value

    def _told(self, value: Any) -> tuple[str, ...]:
        general = phrases("schema")["any"]
        return self.clauses or tuple(general["yes" if value else "no"])

    def _value(self, values: Values) -> tuple[str, Any]:
        if self.field.type == "list":
            items = [values.draw(self.field.kind) for _ in range(values.rng.randint(1, MOST_ITEMS))]
            return _enumerated(items), items
        if self.field.type == "boolean" and not self.field.choices:
            return "", values.rng.random() < 0.5
        return self.field.draw(values)


@dataclass(frozen=True, slots=True)
class Form:
    name: str
    blanks: tuple[Blank, ...]
    is_titled: bool = False
    is_open: bool = False  # any object will do; its fields are named by the message alone

    @property
    def json_schema(self) -> JsonSchema:
        if self.is_open:
            return JsonSchema({"type": "object"})
        properties = {blank.field.name: {**self._title(blank.field.name), **blank.schema} for blank in self.blanks}
        closed = {"required": list(properties), "additionalProperties": False}
        return JsonSchema({"type": "object", "properties": properties, **closed, **self._title(self.name)}, self.name)

    def _title(self, name: str) -> dict[str, str]:
        return {"title": name.replace("_", " ").title()} if self.is_titled else {}


def draw_form(values: Values, *, fewest: int = 1) -> Form:
    rng, count = values.rng, values.rng.randint(fewest, MOST_FIELDS)
    subject = rng.choice(SUBJECTS)
    named = rng.random() < (0.0 if values.split.new_values else 0.5)
    blanks: dict[str, Blank] = {}
    while len(blanks) < count:
        blank = _blank_of(subject, values) if named and rng.random() < 0.9 else _any_blank(values)
        blanks[blank.field.name] = blank
    name = subject if named else values.draw("thing").replace(" ", "_")
    is_open = not named and not values.split.new_values and rng.random() < 0.3
    return Form(name, tuple(blanks.values()), is_titled=rng.random() < 0.2, is_open=is_open)


def _blank_of(subject: str, values: Values) -> Blank:
    listed = phrases("schema")[subject]
    name = values.rng.choice(list(listed))
    shape, *clauses = listed[name]
    kind_of, kind = shape.split(" ", 1)
    general = phrases("schema")["any"]["clauses"] if not kind.startswith("phrase") and "=" not in kind else ()
    return Blank(Parameter(name, kind_of, kind), (*clauses, *clauses, *general[:5]))


def _any_blank(values: Values) -> Blank:
    general, kind_of = phrases("schema")["any"], values.rng.choice(TYPES)
    kind = values.rng.choice(KINDS[kind_of])
    name = "_".join(values.draw("thing") for _ in range(values.rng.choice((1, 1, 2)))).replace(" ", "_")
    clauses = {"boolean": (), "list": general["lists"]}.get(kind_of, general["clauses"])
    return Blank(Parameter(name, kind_of, kind), tuple(general["quoted"] if kind == "phrase" else clauses))


def _enumerated(items: list[str]) -> str:
    return f"{', '.join(items[:-1])} and {items[-1]}" if items[1:] else items[0]
