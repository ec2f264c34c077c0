"""Tools to offer: some that people really have, and endless ones put together. It knows no conversations."""

import re
from dataclasses import dataclass, replace
from typing import Any

from deployments.chat.tools import Tool
from models.pocket.train.phrases import fill, phrases
from models.pocket.train.values import Values

TYPES = ("string", "string", "string", "integer", "number")
KINDS = {"string": ("name", "place", "word", "code", "phrase"), "integer": ("small", "number"), "number": ("decimal",)}


@dataclass(frozen=True, slots=True)
class Parameter:
    """`kind` names what values are drawn from, or lists them: `on=true,off=false`."""

    name: str
    type: str
    kind: str
    description: str = ""
    required: bool = True

    @property
    def schema(self) -> dict[str, Any]:
        listed = {"enum": list(self.choices.values())} if self.choices and self.type == "string" else {}
        described = {"description": self.description} if self.description else {}
        return {"type": self.type, **described, **listed}

    @property
    def choices(self) -> dict[str, str]:
        """As spoken → as written."""
        if "," not in self.kind and "=" not in self.kind:
            return {}
        return {
            spoken: written or spoken for spoken, _, written in (one.partition("=") for one in self.kind.split(","))
        }

    def draw(self, values: Values) -> tuple[str, Any]:
        """As spoken, as a JSON value."""
        spoken = values.rng.choice(list(self.choices)) if self.choices else values.draw(self.kind)
        written = self.choices.get(spoken, spoken)
        read = {"string": str, "integer": int, "number": float, "boolean": "true".__eq__}[self.type]
        return spoken, read(written)


@dataclass(frozen=True, slots=True)
class Gadget:
    """A tool and how users ask for it; of its parameters, those that an `ask` names are given."""

    name: str
    description: str
    parameters: tuple[Parameter, ...]
    asks: tuple[str, ...]

    @property
    def purpose(self) -> str:
        """In words, as a user may say it: `open window`."""
        return self.name.replace("_the_", "_").replace("_", " ").replace("-", " ")

    def does(self, wanted: str) -> bool:
        """Whether all these words are its own."""
        return set(wanted.split()) <= set(self.purpose.split())

    @property
    def tool(self) -> Tool:
        properties = {parameter.name: parameter.schema for parameter in self.parameters}
        required = [parameter.name for parameter in self.parameters if parameter.required]
        schema = {"type": "object", "properties": properties, **({"required": required} if required else {})}
        return Tool(self.name, self.description, schema)


def draw_gadgets(values: Values, count: int) -> tuple[Gadget, ...]:
    """With different purposes, and often the same verb or noun, so that both must be read."""
    gadgets: dict[str, Gadget] = {}
    nouns = [values.draw("thing") for _ in range(2)]
    known_share = 0.5 if values.split.new_values else 0.4
    while len(gadgets) < count:
        gadget = known(values) if values.rng.random() < known_share else made(values, values.rng.choice(nouns))
        gadgets[gadget.purpose] = gadget
    return tuple(gadgets.values())


def known(values: Values) -> Gadget:
    listed = phrases("tools")["held_out" if values.split.new_values else "tool"]
    name = values.rng.choice(list(listed))
    described = values.rng.random() < 0.6
    parameters = tuple(_parameter(*one, described) for one in listed[name]["parameters"].items())
    gadget = Gadget(name, listed[name]["description"], parameters, tuple(listed[name]["asks"]))
    return gadget if values.split.new_values or values.rng.random() < 0.4 else disguised(gadget, values)


def disguised(gadget: Gadget, values: Values) -> Gadget:
    """The same sentences about other things, `get_weather` is `get_oven`, so that tools are not learned by heart."""
    verb, *nouns = gadget.purpose.split()
    others = {noun: values.draw("thing") for noun in nouns}
    if not nouns or values.rng.random() < 0.3:
        others[verb] = _verb(values)
    asks = tuple(changed for ask in gadget.asks if (changed := _exchange(ask, others)) != ask)
    name = "_".join(others.get(word, word).replace(" ", "_") for word in (verb, *nouns))
    return replace(gadget, name=name, description=_exchange(gadget.description, others), asks=asks) if asks else gadget


def _exchange(text: str, others: dict[str, str]) -> str:
    """Words, also at the beginning of longer ones, but no `{placeholder}`."""

    def other(match: re.Match[str]) -> str:
        word = others[match[0].lower()]
        return word.capitalize() if match[0][0].isupper() else word

    return re.sub(rf"(?<![{{\w])({'|'.join(map(re.escape, others))})", other, text, flags=re.IGNORECASE)


def made(values: Values, noun: str) -> Gadget:
    rng, words = values.rng, phrases("tools")["made"]
    verb = _verb(values)
    parameters = {parameter.name: (parameter, clause) for parameter, clause in _some(values)}
    said = {"verb": verb, "Verb": verb.title(), "noun": noun, "Noun": noun.capitalize()}
    if rng.random() < 0.2:
        adjective = _adjective(values)
        parameters[adjective.name] = (adjective, "")
        said |= dict.fromkeys(("noun", "Noun"), f"{{{adjective.name}}} {noun}")
    clauses = "".join(clause for _, clause in parameters.values())
    asks = tuple(fill(ask, {**said, "clauses": clauses}.__getitem__) for ask in words["asks"] + words["short"])
    name = rng.choice(("{}_{}", "{}_{}", "{}_{}", "{}_the_{}", "{}-{}")).format(verb, noun.replace(" ", "_"))
    described = fill(rng.choice(words["descriptions"]), {**said, "noun": noun}.__getitem__)
    in_order = [parameter for parameter, _ in parameters.values()]
    rng.shuffle(in_order)
    return Gadget(name, described, tuple(in_order), asks)


def _verb(values: Values) -> str:
    """In training some are no words, so that verbs are read, not chosen from those that it knows."""
    if not values.split.new_values and values.rng.random() < 0.4:
        return values.draw("invented")
    verb: str = values.rng.choice(phrases("tools")["made"]["verbs"])
    return verb


def _some(values: Values) -> list[tuple[Parameter, str]]:
    """Parameters, each with the words that give its value."""
    return [
        _own(values) if values.rng.random() < 0.5 else _any(values) for _ in range(values.rng.choice((0, 1, 1, 2, 3)))
    ]


def _own(values: Values) -> tuple[Parameter, str]:
    own = phrases("tools")["made"]["own"]
    name = values.rng.choice(list(own))
    described, *clauses = own[name]
    return _parameter(name, described, described=False), values.rng.choice(clauses).replace("{v}", f"{{{name}}}")


def _adjective(values: Values) -> Parameter:
    """One whose value stands before the noun: `a red bike`."""
    adjectives = phrases("tools")["made"]["adjectives"]
    name = values.rng.choice(list(adjectives))
    return _parameter(name, adjectives[name], described=False)


def _any(values: Values) -> tuple[Parameter, str]:
    words = phrases("tools")["made"]
    kind_of = values.rng.choice(TYPES)
    kind = values.rng.choice(KINDS[kind_of])
    name = "_".join(values.draw("thing").replace(" ", "_") for _ in range(values.rng.choice((1, 1, 1, 2))))
    clause = values.rng.choice(words["quoted" if kind == "phrase" else "clauses"])
    return Parameter(name, kind_of, kind), clause.replace("{p}", name.replace("_", " ")).replace("{v}", f"{{{name}}}")


def _parameter(name: str, text: str, described: bool) -> Parameter:
    shape, _, description = text.partition(": ")
    kind_of, kind = shape.split(" ", 1)
    return Parameter(name.rstrip("?"), kind_of, kind, description if described else "", not name.endswith("?"))
