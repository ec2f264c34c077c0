"""What a declaration says beside its types: titles, descriptions, examples and defaults. All of it is text."""

import json
from collections.abc import Mapping
from typing import Any


def comment(text: object, indent: str = "") -> str:
    """A line for each line of `text`; nothing for what is no text."""
    return "".join(f"{indent}// {line}\n" for line in text.splitlines()) if isinstance(text, str) else ""


def heading(schema: Mapping[str, Any], indent: str) -> str:
    """What stands above a property."""
    title = comment(schema.get("title"), indent)
    above = f"{title}{indent}//\n" if title else ""
    above += comment(schema.get("description"), indent)
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        above += f"{indent}// Examples:\n" + "".join(f"{indent}// - {compact_json(one)}\n" for one in examples)
    return above


def trailing(*notes: object) -> str:
    """What stands behind a type, on its line."""
    said = " ".join(" ".join(note.splitlines()) for note in notes if isinstance(note, str) and note)
    return f" // {said}" if said else ""


def default_of(schema: Mapping[str, Any]) -> str:
    """One of several values stands without quotes."""
    if "default" not in schema:
        return ""
    value = schema["default"]
    return f"default: {value if isinstance(value, str) and schema.get('enum') else compact_json(value)}"


def compact_json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:  # deeper than any model reads
        return "any"
