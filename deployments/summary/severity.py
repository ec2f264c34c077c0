"""How bad a log line says it is. It knows one line at a time, and the words of logs rather than their makers."""

import re
from typing import Literal

from deployments.summary.template import HEAD

Severity = Literal["fatal", "error", "warning", "notice", "info", "debug", "trace"]
SEVERITIES: tuple[Severity, ...] = ("fatal", "error", "warning", "notice", "info", "debug", "trace")

_WORDS: dict[Severity, str] = {
    "fatal": "FATAL|CRITICAL|CRIT|PANIC|EMERGENCY|EMERG|ALERT",
    "error": "ERROR|ERR|SEVERE|FAIL",
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
    re.compile(rf"(?<![A-Za-z])(?:({_WORD})(?![A-Za-z])|((?i:{_WORD}))(?=[\]:|\t]))"),
)
_EXCEPTION = re.compile(r"(?:Error|Exception)(?=:|\s*+$)|^Traceback \(|^Exception in thread ")

# klog's `E1123 10:00:00…`, at the start of its line or after what syslog writes before it.
_LETTER = re.compile(r"(?:^|: )([FEWI])\d{4} \d\d:")
_SEVERITY_OF_LETTER: dict[str, Severity] = {"F": "fatal", "E": "error", "W": "warning", "I": "info"}

# Levels that are numbers: the priority of syslog `<11>…`, of journald `"PRIORITY":"3"`, the level of GELF (one digit)
# and of bunyan and pino (two), and what an access log says of a request that a server could not answer.
_NUMBERED = (
    ("syslog", "<", re.compile(r"<(\d{1,3})>")),
    ("syslog", "PRIORITY", re.compile(r".*?\bPRIORITY\"?\s?[=:]\s?\"?(\d)\b")),
    ("level", '"level"', re.compile(r".*?\"level\":\s?(\d\d?)\b")),
    ("status", "HTTP/", re.compile(r".*?\bHTTP/\d(?:\.\d)?\"? (\d\d\d)\b")),
)
_SEVERITY_OF_PRIORITY: tuple[Severity, ...] = ("fatal", "fatal", "fatal", "error", "warning", "notice", "info", "debug")
_SEVERITY_OF_TENS: tuple[Severity | None, ...] = (None, "trace", "debug", "info", "warning", "error", "fatal")


def severity_of(line: str) -> Severity | None:
    """The level that a line, without colours, names in words, letters or numbers; none if it names none."""
    for level in _LEVELS:
        if match := level.search(line, 0, HEAD):
            return _SEVERITY_OF_WORD[match[match.lastindex or 0].upper()]
    if letter := _LETTER.search(line, 0, HEAD):
        return _SEVERITY_OF_LETTER[letter[1]]
    if number := severity_of_number(line):
        return number
    return "error" if _EXCEPTION.search(line, 0, HEAD) else None


def level_number(line: str) -> slice | None:
    """Where in its line the level stands as a number."""
    number = _number(line)
    return slice(*number[1].span(1)) if number else None


def severity_of_number(line: str) -> Severity | None:
    """The level that a line gives as a number."""
    number = _number(line)
    return _severity_on_scale(*number) if number else None


def _number(line: str) -> tuple[str, re.Match[str]] | None:
    for scale, mark, pattern in _NUMBERED:
        if mark in line and (match := pattern.match(line)):
            return scale, match
    return None


def _severity_on_scale(scale: str, match: re.Match[str]) -> Severity | None:
    number = int(match[1])
    if scale == "status":
        return "error" if number >= 500 else "warning" if number >= 400 else "info"
    if scale == "syslog" or number < 10:
        return _SEVERITY_OF_PRIORITY[number % 8]
    tens, rest = divmod(number, 10)
    return _SEVERITY_OF_TENS[tens] if tens < len(_SEVERITY_OF_TENS) and not rest else None
