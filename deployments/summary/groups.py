"""What a log is condensed to while it is read: templates of lines, and the groups that are counted. Values only."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from deployments.summary.condensed import Entry
from deployments.summary.level_numbers import Digits
from deployments.summary.severities import Severity
from deployments.summary.trace import Kind

MANY = 5


@dataclass(slots=True)
class Group:
    """The lines of one template and severity: where the kept ones stood, and the last of them all."""

    severity: Severity | None
    count: int = 0
    line_count: int = 0
    kept: list[int] = field(default_factory=list)
    last: str = ""
    last_number: int = 0

    def entry(self, text: str, number: int) -> Entry:
        """What one of its kept lines stands for."""
        if self.count < MANY:
            return Entry(text, text, number, 1, text.count("\n") + 1, self.severity)
        return Entry(text, self.last, self.last_number, self.count, self.line_count, self.severity)


@dataclass(slots=True)
class Template:
    """What lines that differ in details have in common. Where digits say the level, each level has its group."""

    words: str
    kind: Kind
    header: str
    numbers: tuple[re.Pattern[str], ...]
    level: Callable[[str], Digits] | None
    groups: dict[Digits, Group] = field(default_factory=dict)
