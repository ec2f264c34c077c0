"""How bad things can be, worst first."""

from typing import Literal

Severity = Literal["fatal", "error", "warning", "notice", "info", "debug", "trace"]
SEVERITIES: tuple[Severity, ...] = ("fatal", "error", "warning", "notice", "info", "debug", "trace")
