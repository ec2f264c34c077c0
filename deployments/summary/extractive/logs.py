"""A condensed log → what happened in it: errors, warnings, what came most often, and lines that name no level."""

from collections import Counter
from dataclasses import dataclass, field

from deployments.summary.condensed import CondensedLog, Entry
from deployments.summary.extractive.digest import Digest, Section, counted, shorten
from deployments.summary.severities import SEVERITIES, Severity
from deployments.summary.template import colourless, timestamp_of

_BAD: tuple[Severity, ...] = ("fatal", "error")
_NAMES = {"error": "errors", "warning": "warnings", "notice": "notices"}
_LINE_CHARS = 200
_EDGE_LINES = 3


def digest(log: CondensedLog) -> Digest:
    events = _events(log)
    bad = [event for severity in _BAD for event in events if event.head.severity == severity]
    warnings = [event for event in events if event.head.severity == "warning"]
    rest = [event for event in events if event.head.severity not in (*_BAD, "warning")]
    frequent = sorted((event for event in rest if event.head.count > 1), key=lambda event: -event.head.count)
    other = [event for event in rest if event.head.count == 1 and event.head.severity is None]
    sections: tuple[Section, ...] = (
        Section("errors", tuple(map(str, bad))),
        Section("warnings", tuple(map(str, warnings))),
        Section("frequent lines", tuple(map(str, frequent))),
        Section("other lines", tuple(map(str, other))),
    )
    if not any(section.items for section in sections[:-1]):
        sections = (Section("lines", tuple(map(str, rest))),)
    return Digest(f"{_span(log)} {_counts(events)}", sections, any(event.is_long for event in events))


@dataclass(slots=True)
class _Event:
    """A line that opens an event, and the lines that belong to it, such as those of a traceback."""

    head: Entry
    rest: list[Entry] = field(default_factory=list)

    def __str__(self) -> str:
        first, *rest = self._lines()
        if self.is_long:
            rest = [*rest[:_EDGE_LINES], "…", *rest[-_EDGE_LINES:]]
        return "\n    ".join([f"{_count(self.head)}`{first}`", *rest])

    @property
    def is_long(self) -> bool:
        """Whether only its edges are shown."""
        return len(self._lines()) > 1 + 2 * _EDGE_LINES

    def goes_on(self, entry: Entry, *, is_untimed: bool) -> bool:
        """`is_untimed`: the entry has no timestamp, where lines before it had."""
        if _is_trace(entry) and self.head.severity in _BAD and not (self.rest or _is_trace(self.head)):
            return timestamp_of(entry.text) is None
        if entry.severity:
            return False
        return is_untimed or entry.text.startswith((" ", "\t"))

    def _lines(self) -> list[str]:
        lines = _lines(self.head)
        for entry in self.rest:
            opening, *others = _lines(entry)
            lines += [_count(entry) + opening, *others]
        return lines


def _events(log: CondensedLog) -> list[_Event]:
    events: list[_Event] = []
    is_timed = False
    for entry in (entry for entry in log.entries if colourless(entry.text).strip()):
        has_time = timestamp_of(entry.text) is not None
        if events and events[-1].goes_on(entry, is_untimed=is_timed and not has_time):
            events[-1].rest.append(entry)
        else:
            events.append(_Event(entry))
        is_timed = is_timed or has_time
    return events


def _span(log: CondensedLog) -> str:
    first = next(filter(None, (timestamp_of(entry.text) for entry in log.entries)), None)
    by_end = sorted(log.entries, key=lambda entry: -entry.last_number)
    last = next(filter(None, (timestamp_of(entry.last) for entry in by_end)), None)
    return f"Log of {counted(log.line_count, 'lines')}" + (f", from {first} to {last}." if first else ".")


def _counts(events: list[_Event]) -> str:
    counts = Counter[Severity | None]()
    for event in events:
        counts[event.head.severity] += event.head.count
    told = [counted(counts[severity], _NAMES.get(severity, severity)) for severity in SEVERITIES if counts[severity]]
    if not told:
        return "No line names a level."
    return f"By level: {', '.join(told)}" + (f"; {counts[None]:,} without one." if counts[None] else ".")


def _count(entry: Entry) -> str:
    return f"{entry.count:,} × " if entry.count > 1 else ""


def _lines(entry: Entry) -> list[str]:
    """Of a trace, those that are not blank."""
    return [shorten(line, _LINE_CHARS) for line in colourless(entry.text).split("\n") if line.strip()]


def _is_trace(entry: Entry) -> bool:
    return "\n" in entry.text
