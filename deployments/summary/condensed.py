"""What is left of a log, and what each line that is left stands for. It knows values only."""

from dataclasses import dataclass
from functools import cached_property

from deployments.summary.severities import Severity
from deployments.summary.template import timestamp_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A line or a stack trace that stayed; it stands for `count` of them, of which it is the first.

    `line_count` counts their lines. `last` is the last of them, and its number in the order of all.
    """

    text: str
    last: str
    last_number: int
    count: int
    line_count: int
    severity: Severity | None

    def __str__(self) -> str:
        return self.text if self.count == 1 else f"{self.heading}\n{self.text}"

    @property
    def heading(self) -> str:
        first, last = timestamp_of(self.text), timestamp_of(self.last)
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
        return sum(entry.line_count for entry in self.entries)
