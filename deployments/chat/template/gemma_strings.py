"""What a schema demands of a string, as an expression of terminals. It knows no notation around strings."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_DATE = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
_BYTE = r"(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
FORMATS = {
    "date": _DATE,
    "time": _TIME,
    "date-time": f"{_DATE}T{_TIME}",
    "email": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+",
    "hostname": r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*",
    "ipv4": rf"{_BYTE}(\.{_BYTE}){{3}}",
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+",
    "uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
}


def terminals(schema: Mapping[str, Any]) -> Iterator[str]:
    """All of them must match. Raises KeyError for a format that is not known."""
    if "minLength" in schema or "maxLength" in schema:
        yield rf"/(.|\n){{{schema.get('minLength', 0)},{schema.get('maxLength', '')}}}/"
    if "pattern" in schema:
        yield f"/{_anywhere(schema['pattern'])}/"
    if "format" in schema:
        yield f"/{_in_slashes(FORMATS[schema['format']])}/"


def _anywhere(pattern: str) -> str:
    """A schema's pattern may match any part of a string, unless it says where."""
    before = "" if pattern.startswith("^") else r"(.|\n)*"
    behind = "" if re.search(r"(?<!\\)(\\\\)*\$$", pattern) else r"(.|\n)*"
    return f"{before}({_in_slashes(pattern.removeprefix('^').removesuffix('$' if not behind else ''))}){behind}"


def _in_slashes(pattern: str) -> str:
    return re.sub(r"(?<!\\)/", r"\\/", pattern)
