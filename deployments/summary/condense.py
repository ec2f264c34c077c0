"""A log, shortened: lines that differ only in their details become one. It knows neither personas nor models.

Five or more lines of one template and severity become two lines, where the first of them stood: how often it came,
and that line. Lines of rarer templates stay, each where it stood, so that a traceback remains one. Line ends become
`\\n`. One pass; memory holds what will be written out, one entry for each template, and two caches of bounded length.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from deployments.summary.severity import Severity, level_number, severity_of
from deployments.summary.template import Templates, timestamp_of


def condense(text: str) -> "CondensedLog":
    condenser = _Condenser()
    for line in _lines(text):
        condenser.add(line)
    return condenser.finish()


MANY = 5
_SHAPES_KEPT = 10_000
_PADDING = re.compile(rb"(?<! ) ++(?=0)")
_COLOUR = re.compile(rb"\x1b\[[0-9;]*+[A-Za-z]")
_DIGITS_TO_ZERO = bytes.maketrans(b"123456789", b"000000000")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that stayed; it stands for `count` lines, of which it is the first. `last` is the last, and its number."""

    line: str
    last: str
    last_number: int
    count: int
    severity: Severity | None

    def __str__(self) -> str:
        return self.line if self.count == 1 else f"{self.heading}\n{self.line}"

    @property
    def heading(self) -> str:
        first, last = timestamp_of(self.line), timestamp_of(self.last)
        between = f" between {first} and {last}" if first and last else ""
        return f"(Repeated {self.count} times{between})"


@dataclass(frozen=True)
class CondensedLog:
    entries: tuple[Entry, ...]

    @cached_property
    def text(self) -> str:
        return "\n".join(map(str, self.entries))

    @property
    def line_count(self) -> int:
        return sum(entry.count for entry in self.entries)


@dataclass(slots=True)
class _Group:
    """The lines of one template and severity: where the kept ones stood, and the last of them all."""

    severity: Severity | None
    count: int = 0
    kept: list[int] = field(default_factory=list)
    last: str = ""
    last_number: int = 0


class _Condenser:
    def __init__(self) -> None:
        self._groups: dict[tuple[int | None, str], _Group] = {}
        self._group_of_shape: dict[tuple[int | None, bytes], _Group] = {}
        self._templates = Templates()
        self._kept: dict[int, tuple[str, _Group]] = {}
        self._line_count = 0

    def add(self, line: str) -> None:
        level, shape = level_number(line), line.encode("utf-8", "surrogatepass").translate(_DIGITS_TO_ZERO)
        group = self._group_of_shape.get((level, shape)) or self._new_shape(level, shape)
        group.count += 1
        group.last, group.last_number = line, self._line_count
        if group.count < MANY:
            group.kept.append(self._line_count)
            self._kept[self._line_count] = (line, group)
        elif group.count == MANY:
            for number in group.kept[1:]:
                del self._kept[number]
        self._line_count += 1

    def finish(self) -> CondensedLog:
        return CondensedLog(tuple(_entry(line, number, group) for number, (line, group) in self._kept.items()))

    def _new_shape(self, level: int | None, shape: bytes) -> _Group:
        """Lines that differ in digits alone have one shape, and a template need be made once for each shape only."""
        if len(self._group_of_shape) >= _SHAPES_KEPT:
            self._group_of_shape.clear()
        template = self._templates.of(_plain(shape))
        group = self._groups.get((level, template))
        if group is None:
            group = self._groups[level, template] = _Group(severity_of(template, level))
        self._group_of_shape[level, shape] = group
        return group


def _plain(shape: bytes) -> str:
    """Without colours, and without the padding of right-aligned numbers."""
    plain = _COLOUR.sub(b"", shape)
    if b"  0" in plain:
        plain = _PADDING.sub(b" ", plain)
    return plain.decode("utf-8", "surrogatepass")


def _entry(line: str, number: int, group: _Group) -> Entry:
    if group.count < MANY:
        return Entry(line, line, number, 1, group.severity)
    return Entry(line, group.last, group.last_number, group.count, group.severity)


def _lines(text: str) -> Iterator[str]:
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end].removesuffix("\r")
        start = end + 1
    if start < len(text):
        yield text[start:]
