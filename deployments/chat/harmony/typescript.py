"""A JSON schema as the TypeScript that Harmony shows of it. It informs the model; it enforces nothing.

Written as Harmony's own renderer does. Where that one says `any` or nothing (references, `anyOf`, `const`, numbers to
choose from, maps), TypeScript's own word is taken, and a list of alternatives stands in parentheses.
"""

from collections.abc import Mapping
from typing import Any

from deployments.chat.harmony.comments import comment, compact_json, default_of, heading, trailing
from deployments.chat.harmony.references import References

Schema = Mapping[str, Any]

_PLAIN = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null"}
_DEEPEST = 24


def type_of(schema: Schema) -> str:
    return _Writer(schema).write(schema, "")


class _Writer:
    """Whatever is no schema, or too deep in it, is `any`."""

    def __init__(self, root: Schema) -> None:
        self._references = References(root)
        self._depth = 0

    def write(self, schema: object, indent: str) -> str:
        return " | ".join(self._alternatives(schema, indent))

    def _alternatives(self, schema: object, indent: str) -> list[str]:
        if not isinstance(schema, Mapping) or self._depth == _DEEPEST:
            return ["any"]
        self._depth += 1
        found = self._found(schema, indent)
        self._depth -= 1
        return list(dict.fromkeys([*found, "null"] if schema.get("nullable") is True else found)) or ["any"]

    def _found(self, schema: Schema, indent: str) -> list[str]:
        if "$ref" in schema:
            with self._references.follow(schema["$ref"]) as target:
                return self._alternatives(target, indent)
        if values := [schema["const"]] if "const" in schema else items(schema, "enum"):
            return [compact_json(value) for value in values]
        if variants := items(schema, "anyOf") or items(schema, "oneOf"):
            return [text for variant in variants for text in self._alternatives(variant, indent)]
        kinds = items(schema, "type") or [schema.get("type", "object" if "properties" in schema else "any")]
        return [self._of_kind(kind, schema, indent) for kind in dict.fromkeys(map(str, kinds))]

    def _of_kind(self, kind: str, schema: Schema, indent: str) -> str:
        if kind == "object":
            return comment(schema.get("description"), indent) + self._object(schema, indent)
        if kind == "array":
            return self._array(schema.get("items"), indent)
        return _PLAIN.get(kind, "any")

    def _array(self, schema: object, indent: str) -> str:
        if not isinstance(schema, Mapping):
            return "Array<any>"
        found = self._alternatives(schema, indent)
        return f"({' | '.join(found)})[]" if len(found) > 1 else f"{found[0]}[]"

    def _object(self, schema: Schema, indent: str) -> str:
        properties, others = schema.get("properties"), schema.get("additionalProperties")
        if isinstance(properties, Mapping) and properties:
            required = items(schema, "required")
            lines = [self._property(key, value, key in required, indent) for key, value in properties.items()]
            return f"{{\n{''.join(lines)}{indent}}}"
        if isinstance(others, Mapping) and others:
            return f"Record<string, {self.write(others, indent)}>"
        return "object"

    def _property(self, key: str, schema: object, is_required: bool, indent: str) -> str:
        about: Schema = schema if isinstance(schema, Mapping) else {}
        name = f"{indent}{key}{'' if is_required else '?'}:"
        if variants := items(about, "oneOf"):
            lines = [self._variant(variant, about.get("description"), indent) for variant in variants]
            above = heading(about, indent) + comment(default_of(about), indent)
            return f"{above}{name}\n{''.join(lines)}{indent},\n"
        text = self.write(schema, f"{indent}    ")
        return f"{heading(about, indent)}{name} {text},{trailing(default_of(about))}\n"

    def _variant(self, schema: object, said: object, indent: str) -> str:
        about: Schema = schema if isinstance(schema, Mapping) else {}
        description = None if about.get("description") == said else about.get("description")
        return f"{indent} | {self.write(schema, f'{indent}   ')}{trailing(description, default_of(about))}\n"


def items(schema: Schema, key: str) -> list[Any]:
    value = schema.get(key)
    return value if isinstance(value, list) else []
