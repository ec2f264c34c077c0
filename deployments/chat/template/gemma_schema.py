"""A JSON schema as a grammar of Gemma's notation: `{city:<|"|>Oslo<|"|>,days:[1,2]}`. It knows no calls.

What is neither an object, an array nor a string looks as in JSON. Objects hold what their schema names, in the order
in which Gemma's template lists it.
"""

import json
import re
from collections.abc import Mapping, Sequence, Set
from typing import Any

from deployments.chat.constraints.annotations import bare
from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.constraints.source import Refusal, check_size, json_of
from deployments.chat.constraints.walk import target
from deployments.chat.template.alternatives import alternatives, constants, of_type
from deployments.chat.template.gemma_strings import bounds, terminals
from deployments.chat.template.lark import Rules, literal, one_of
from deployments.errors import InvalidField

_NUMBER = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
_DEMANDS: dict[str, set[str]] = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "minItems", "maxItems"},
    "string": {"minLength", "maxLength", "pattern", "format"},
    "number": _NUMBER,
    "integer": _NUMBER,
    "boolean": set(),
    "null": set(),
}
_SPECIAL = ("$ref", "enum", "const", "anyOf", "oneOf", "allOf")  # each says it all, but for a type
_NO_DEMANDS = {"type", "$schema", "$id", "$defs", "definitions"}
_KEY = re.compile(r"[^\s:,{}\[\]]+")


def gemma_rules(name: str, schema: JsonSchema, quote: str) -> list[str]:
    """The first is called `name`. Raises InvalidField for what the notation has no words for, or we have none."""
    try:
        notation = _Notation(name, schema, quote)
        return [f"{name}: {notation.value(notation.root)}", *notation.rules.lines]
    except Refusal as refusal:
        complaint = str(refusal)
    except RecursionError:
        complaint = "it is nested too deeply"
    except (AttributeError, TypeError, ValueError):
        complaint = "it is no JSON schema"
    raise InvalidField(f"{schema.title} cannot be enforced: {complaint}.", param="tools")


class _Notation:
    def __init__(self, name: str, schema: JsonSchema, quote: str) -> None:
        self.root = bare(schema.schema)
        check_size(json.dumps(self.root, ensure_ascii=False))
        self.rules = Rules(name)
        self._name = schema.name
        self._quote = quote

    def value(self, schema: Any) -> str:
        if schema is True or schema == {}:
            return self.rules.once("", lambda: self._typed(list(_DEMANDS), {}))
        if not isinstance(schema, Mapping):
            raise Refusal(f"nothing can be {json.dumps(schema)}")
        if key := next(filter(schema.__contains__, _SPECIAL), None):
            self._check(schema, {key})
            return self._instead(key, schema)
        self._check(schema, set[str]().union(*_DEMANDS.values()))
        return self._typed(schema.get("type") or _implied(schema), schema)

    def _instead(self, key: str, schema: Mapping[str, Any]) -> str:
        if key in ("enum", "const"):
            return one_of(map(self._constant, constants(schema)))
        if key != "$ref":
            return one_of(map(self.value, alternatives(key, schema, self._resolved)))
        kind, target = schema.get("type"), schema[key]
        return self.rules.once(f"{target} {kind}", lambda: self.value(of_type(kind, self._resolved(schema))))

    def _typed(self, kind: Any, schema: Mapping[str, Any]) -> str:
        if isinstance(kind, list):
            return one_of([self._typed(one, schema) for one in kind])
        demands = {key: schema[key] for key in _DEMANDS.get(kind, ()) if key in schema}
        if kind in ("object", "array", "string"):
            return {"object": self._object, "array": self._array, "string": self._string}[kind](demands)
        return json_of(JsonSchema({"type": kind, **demands}, self._name), param="tools")

    def _object(self, demands: Mapping[str, Any]) -> str:
        properties, required = demands.get("properties", {}), set(demands.get("required", ()))
        more = demands.get("additionalProperties", True)
        if not properties and not required and more is not False:
            member = self.rules.add(f'/[A-Za-z0-9_.-]+/ ":" {self.value(more)}')
            return f'"{{" ({member} ("," {member})*)? "}}"'
        names = sorted({*properties, *required}, key=str.lower)
        members = [(self._member(name, properties.get(name, more)), name in required) for name in names]
        return f'"{{" {self._members(members)} "}}"'

    def _member(self, name: str, schema: Any) -> str:
        if not _KEY.fullmatch(name):
            raise Refusal(f"the model cannot write an argument named {json.dumps(name)}")
        return self.rules.add(f"{literal(name + ':')} {self.value(schema)}")

    def _members(self, members: Sequence[tuple[str, bool]]) -> str:
        """Any of them up to the first that is required may come first. `rest` is what may follow each."""
        firsts, rest = list[str](), ""
        for member, is_required in reversed(members):
            firsts = [f"{member} {rest}", *([] if is_required else firsts)]
            more = f'"," {member}'
            rest = self.rules.add(f"{more if is_required else f'({more})?'} {rest}")
        if not firsts:
            return ""
        return one_of(firsts) + ("" if any(is_required for _, is_required in members) else "?")

    def _array(self, demands: Mapping[str, Any]) -> str:
        least, most = bounds(demands, "minItems", "maxItems")
        if most == 0:
            return '"[" "]"'
        item = self.rules.add(self.value(demands.get("items", True)))
        more = f"{{{max(least, 1) - 1},{'' if most is None else most - 1}}}"
        return f'"[" ({item} ("," {item}){more}){"" if least else "?"} "]"'

    def _string(self, demands: Mapping[str, Any]) -> str:
        try:
            demanded = list(terminals(demands))
        except KeyError as unknown:
            raise Refusal(f"the format {unknown} is not known") from None
        text = self.rules.terminal(" & ".join(demanded)) if demanded else "TEXT?"
        return f"{self._quote} {text} {self._quote}"

    def _constant(self, value: Any) -> str:
        if isinstance(value, list | dict):
            raise Refusal("a constant is neither a text nor a number")
        if isinstance(value, str):
            return f"{self._quote} {literal(value) if value else ''} {self._quote}"
        return literal(json.dumps(value))

    def _resolved(self, schema: Any) -> Any:
        """What it refers to within the whole, or itself."""
        if not isinstance(schema, Mapping) or "$ref" not in schema:
            return schema
        try:
            return target(self.root, schema["$ref"])
        except LookupError:
            raise Refusal(f"{schema['$ref']} is not in it") from None

    def _check(self, schema: Mapping[str, Any], known: Set[str]) -> None:
        if unknown := schema.keys() - known - _NO_DEMANDS:
            raise Refusal(f"this model's calls cannot be bound by {', '.join(sorted(unknown))}")


def _implied(schema: Mapping[str, Any]) -> Any:
    """Types whose demands are named; any, if none is."""
    return [kind for kind, demands in _DEMANDS.items() if demands & schema.keys()][:1] or list(_DEMANDS)
