"""Data and configuration files → their shape: keys, tables, elements, columns. It keeps to the top of them."""

import re
from collections import Counter
from typing import Any

import orjson

from deployments.summary.extractive.digest import Digest, Section, Unreadable, counted, shorten

_VALUE_CHARS = 80
_NAMES = 8
_LINE_CHARS = 300  # of a line that is looked at

_YAML_KEY = re.compile(r"( *+)(?:- )?([^\s:#\"'-][^:#]*+|\"[^\"]*+\"|'[^']*+'):(?:\s++(.*+)|$)")
_TABLE = re.compile(r"\s*+\[\[?([^\[\]]++)\]\]?\s*+(?:[#;]|$)")
_SETTING = re.compile(r"\s*+([^\s=:#;][^=:#;]*+)[=:](.*+)")
_ELEMENT = re.compile(r"<!--.*?(?:-->|\Z)|<([A-Za-z_][\w:.-]{0,80}+)", re.DOTALL)

_Entries = list[tuple[str, list[str]]]


def json(text: str) -> Digest:
    value = _parse(text)
    if not isinstance(value, dict):
        return Digest(f"JSON: {_shape(value)}.")
    return Digest(f"JSON object, {counted(len(value), 'keys')}.", (Section("keys", _members(value)),))


def json_lines(text: str) -> Digest:
    lines = [line for line in text.splitlines() if line.strip()]
    first = _parse(lines[0])
    members = _members(first) if isinstance(first, dict) else (_shape(first),)
    lead = f"JSON Lines, {counted(len(lines), 'records')}, of which this is the first."
    return Digest(lead, (Section("keys", members),))


def yaml(text: str) -> Digest:
    """The keys at the left edge, each with its value or with the keys right below it, told apart by indentation."""
    entries: _Entries = []
    level = 0
    for line in text.splitlines():
        key = _YAML_KEY.match(line, 0, _LINE_CHARS)
        if key and not key[1]:
            entries.append((key[2], [shorten(key[3], _VALUE_CHARS)] if key[3] else []))
            level = 0
        elif key and entries:
            level = level or len(key[1])
            if len(key[1]) == level:
                entries[-1][1].append(key[2])
    return _settings("YAML", text, entries)


def toml(text: str, label: str = "TOML") -> Digest:
    """Keys with their values, then tables with their keys; so are INI files made."""
    entries: _Entries = []
    in_table = False
    for line in text.splitlines():
        if table := _TABLE.match(line, 0, _LINE_CHARS):
            entries.append((f"[{table[1]}]", []))
            in_table = True
        elif setting := _SETTING.match(line, 0, _LINE_CHARS):
            if in_table:
                entries[-1][1].append(setting[1].strip())
            else:
                entries.append((setting[1].strip(), [shorten(setting[2], _VALUE_CHARS)]))
    return _settings(label, text, entries)


def ini(text: str) -> Digest:
    return toml(text, "INI")


def xml(text: str) -> Digest:
    counts = Counter(element[1] for element in _ELEMENT.finditer(text) if element[1])
    if not counts:
        raise Unreadable("it has no elements")
    root = next(iter(counts))
    items = tuple(f"`{name}` × {count:,}" for name, count in counts.most_common())
    lead = f"XML with the root element `{root}`, {counted(counts.total(), 'elements')}."
    return Digest(lead, (Section("tags", items),))


def csv(text: str) -> Digest:
    lines = [line for line in text.splitlines() if line.strip()]
    separator = max(",;\t|", key=lines[0].count)
    columns = tuple(f"`{shorten(name, _VALUE_CHARS)}`" for name in lines[0].split(separator))
    return Digest(f"A table of {counted(len(lines) - 1, 'rows')} under a header.", (Section("columns", columns),))


def _parse(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"it is not valid JSON: {error}") from error


def _members(value: dict[str, Any]) -> tuple[str, ...]:
    return tuple(f"`{shorten(key, _VALUE_CHARS)}`: {_shape(member)}" for key, member in value.items())


def _shape(value: Any) -> str:
    if isinstance(value, dict):
        return f"object with {counted(len(value), 'keys')} ({_named(list(value))})" if value else "empty object"
    if isinstance(value, list):
        return f"list of {len(value):,}, first: {_shape_inside(value[0])}" if value else "empty list"
    return shorten(orjson.dumps(value).decode(), _VALUE_CHARS)


def _shape_inside(value: Any) -> str:
    return f"list of {len(value):,}" if isinstance(value, list) else _shape(value)


def _settings(label: str, text: str, entries: _Entries) -> Digest:
    if not entries:
        raise Unreadable("no keys were found in it")
    items = tuple(f"`{shorten(name, _VALUE_CHARS)}`: {_named(inner) or 'empty'}" for name, inner in entries)
    return Digest(f"{label}, {counted(len(text.splitlines()), 'lines')}.", (Section("entries", items),))


def _named(names: list[str]) -> str:
    more = f" and {len(names) - _NAMES:,} more" if len(names) > _NAMES else ""
    return ", ".join(shorten(name, _VALUE_CHARS) for name in names[:_NAMES]) + more
