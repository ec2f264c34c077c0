"""How bad a log line says it is. It knows one line at a time, and the words of logs rather than their makers."""

import re
from typing import Literal

from deployments.summary.template import DETAIL, HEAD

Severity = Literal["fatal", "error", "warning", "notice", "info", "debug", "trace"]
SEVERITIES: tuple[Severity, ...] = ("fatal", "error", "warning", "notice", "info", "debug", "trace")

_WORDS: dict[Severity, str] = {
    "fatal": "FATAL|CRITICAL|CRIT|PANIC|EMERGENCY|EMERG|ALERT",
    "error": "ERROR|ERR|SEVERE",
    "warning": "WARNING|WARN",
    "notice": "NOTICE",
    "info": "INFO",
    "debug": "DEBUG",
    "trace": "TRACE",
}
_SEVERITY_OF_WORD = {word: severity for severity, words in _WORDS.items() for word in words.split("|")}
_WORD = "|".join(_SEVERITY_OF_WORD)

# Most certain first. A word in lower case counts only where levels stand: `no error` is a message, `error: …` a level.
_LEVELS = (
    re.compile(rf"(?i:level|lvl|severity)\"?\s?[=:]\s?\"?((?i:{_WORD}))(?![A-Za-z])"),
    re.compile(rf"(?<![A-Za-z])(?:({_WORD})(?![A-Za-z])|((?i:{_WORD}))(?=[\]:|]))"),
)
_EXCEPTION = re.compile(r"(?:Error|Exception)(?=:|\s*+$)|^Traceback \(|^Exception in thread ")

# Levels that are not words: klog's `E1123 …`, the priority of syslog `<11>…`, that of bunyan and pino `{"level":50,…`.
_LETTER = re.compile(rf"([FEWI])[\d{DETAIL}]++ ")
_SEVERITY_OF_LETTER: dict[str, Severity] = {"F": "fatal", "E": "error", "W": "warning", "I": "info"}
_PRIORITY = re.compile(r"<(\d{1,3})>")
_SEVERITY_OF_PRIORITY: tuple[Severity, ...] = ("fatal", "fatal", "fatal", "error", "warning", "notice", "info", "debug")
_NUMBER = re.compile(r"\"level\":\s?(\d\d)\b")
_SEVERITY_OF_NUMBER: dict[int, Severity] = {
    10: "trace",
    20: "debug",
    30: "info",
    40: "warning",
    50: "error",
    60: "fatal",
}


def severity_of(line: str, number: int | None = None) -> Severity | None:
    """The level of a line, or of a template, whose numbers are gone: its `level_number` comes beside it."""
    for level in _LEVELS:
        if match := level.search(line, 0, HEAD):
            return _SEVERITY_OF_WORD[match[match.lastindex or 0].upper()]
    if letter := _LETTER.match(line):
        return _SEVERITY_OF_LETTER[letter[1]]
    if number is not None:
        return _SEVERITY_OF_PRIORITY[number % 8] if line.startswith("<") else _SEVERITY_OF_NUMBER.get(number)
    return "error" if _EXCEPTION.search(line, 0, HEAD) else None


def level_number(line: str) -> int | None:
    """The level of a line that gives it as a number."""
    match = None
    if line.startswith("<"):
        match = _PRIORITY.match(line)
    elif line.startswith("{"):
        match = _NUMBER.search(line, 0, HEAD)
    return int(match[1]) if match else None
