"""Levels of log lines that are numbers, and the status of a request, which is one too. It knows no words.

Every pattern begins with what stands in few lines, or is bounded, so no line takes more than linear time.
"""

import re
from collections.abc import Callable
from operator import itemgetter

from deployments.summary.severities import Severity

Digits = str | tuple[str, ...]
_Numbers = tuple[tuple[str, re.Pattern[str]], ...]
_COLOUR = r"(?:\x1b\[[0-9;]*+m)?"
_METHOD = r"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b"

# The priority of syslog `<11>…` and of journald `"PRIORITY":"3"`; the level of GELF (one digit) and of bunyan and pino.
_PRIORITIES: _Numbers = (
    ("<", re.compile(r"\A<(\d{1,3})>")),
    ("PRIORITY", re.compile(r"PRIORITY\"?\s?[=:]\s?\"?(\d)\b")),
)
_LEVELS: _Numbers = (('"level"', re.compile(r"\"level\":\s?\"?(\d\d?)\b")),)
# What access logs say of a request: those of most servers, of HAProxy, in JSON or logfmt, of Gin, Morgan and Rails.
_STATUSES: _Numbers = (
    ("HTTP/", re.compile(r"HTTP/\d(?:\.\d)?\"? (\d\d\d)\b")),
    ("HTTP/", re.compile(r"(?<![\d/])(?:-?\d++/){4}\+?\d++ (\d\d\d)\b")),
    ("tatus", re.compile(r"tatus(?<![?&].tatus)(?:_?[Cc]ode)?(?:\"\s?:\s?\"?|=)(\d\d\d)\b")),
    ("|", re.compile(rf"\|{_COLOUR} (\d\d\d) {_COLOUR}\|(?=.{{0,100}}{_METHOD})")),
    (" ms", re.compile(rf"{_METHOD} \S{{1,1000}}+ {_COLOUR}(\d\d\d){_COLOUR} [\d.-]++ ms\b")),
    ("Completed ", re.compile(r"Completed (\d\d\d) ")),
)
_SEVERITY_OF_PRIORITY: tuple[Severity, ...] = ("fatal", "fatal", "fatal", "error", "warning", "notice", "info", "debug")
_SEVERITY_OF_TENS: tuple[Severity | None, ...] = (None, "trace", "debug", "info", "warning", "error", "fatal")


def numbers_in(line: str) -> tuple[re.Pattern[str], ...]:
    """How the numbers that say how bad things are can be found in this line, and in others with the same words."""
    found = (_number(_PRIORITIES + _LEVELS, line), _number(_STATUSES, line))
    return tuple(number.re for number in found if number)


def taker(numbers: tuple[re.Pattern[str], ...], line: str) -> Callable[[str], Digits] | None:
    """What takes these numbers out of this line, and out of others that differ from it in digits alone."""
    found = [match.span(1) for number in numbers if (match := number.search(line))]
    return itemgetter(*[slice(*span) for span in found]) if found else None


def severity_of_level(line: str) -> Severity | None:
    if priority := _number(_PRIORITIES, line):
        return _SEVERITY_OF_PRIORITY[int(priority[1]) % 8]
    level = _number(_LEVELS, line)
    number = int(level[1]) if level else 0
    if level and number < 10:
        return _SEVERITY_OF_PRIORITY[number % 8]
    tens, rest = divmod(number, 10)
    return _SEVERITY_OF_TENS[tens] if tens < len(_SEVERITY_OF_TENS) and not rest else None


def severity_of_status(line: str) -> Severity | None:
    """The server failed, the client asked for what cannot be had, or all is well."""
    status = _number(_STATUSES, line)
    if not status:
        return None
    return "error" if int(status[1]) >= 500 else "warning" if int(status[1]) >= 400 else "info"


def _number(numbers: _Numbers, line: str) -> re.Match[str] | None:
    for mark, pattern in numbers:
        if mark in line and (match := pattern.search(line)):
            return match
    return None
