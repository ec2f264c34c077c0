"""What a schema demands of a string, as an expression of terminals. It knows no notation around strings."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from deployments.chat.constraints.source import Refusal, in_slashes

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
    """All of them must match. Raises KeyError for a format that is not known, ValueError for what is no schema."""
    if "minLength" in schema or "maxLength" in schema:
        least, most = bounds(schema, "minLength", "maxLength")
        yield rf"/(.|\n){{{least},{'' if most is None else most}}}/"
    if "pattern" in schema:
        yield f"/{in_slashes('|'.join(map(_anywhere, _alternatives(schema['pattern']))))}/"
    if "format" in schema:
        yield f"/{in_slashes(FORMATS[schema['format']])}/"


def bounds(schema: Mapping[str, Any], least: str, most: str) -> tuple[int, int | None]:
    """How many there may be of something. Raises ValueError, or Refusal where that is none."""
    numbers = [schema.get(least, 0), schema.get(most)]
    if any(number is not None and (type(number) is not int or number < 0) for number in numbers):
        raise ValueError(f"{least} and {most} are numbers of something")
    if numbers[1] is not None and numbers[0] > numbers[1]:
        raise Refusal("nothing can satisfy it")
    return numbers[0], numbers[1]


def _alternatives(pattern: str) -> list[str]:
    """Those of the whole pattern: `^` and `$` belong to one alone."""
    found, depth, is_in_class = [""], 0, False
    for letter in re.findall(r"\\?.", pattern, re.DOTALL):
        depth += not is_in_class and (letter == "(") - (letter == ")")
        is_in_class = letter == "[" or (is_in_class and letter != "]")
        if depth < 0:
            raise ValueError("unopened group")
        if letter == "|" and not depth and not is_in_class:
            found.append("")
        else:
            found[-1] += letter
    return found


def _anywhere(pattern: str) -> str:
    """A schema's pattern may match any part of a string, unless it says where."""
    before = "" if pattern.startswith("^") else r"(.|\n)*"
    behind = "" if re.search(r"(?<!\\)(\\\\)*\$$", pattern) else r"(.|\n)*"
    return f"{before}({pattern.removeprefix('^').removesuffix('$' if not behind else '')}){behind}"
