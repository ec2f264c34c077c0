"""How bad a log line says it is. It knows one line at a time, and the words of logs rather than their makers."""

import re

from deployments.summary.level_numbers import severity_of_level, severity_of_status
from deployments.summary.severities import SEVERITIES, Severity
from deployments.summary.template import HEAD, without_paths

_WORDS: dict[Severity, str] = {
    "fatal": "FATAL|CRITICAL|CRIT|PANIC|EMERGENCY|EMERG|ALERT",
    "error": "ERROR|ERR|EROR|SEVERE|FAILURE|FAIL",
    "warning": "WARNING|WARN",
    "notice": "NOTICE",
    "info": "INFO",
    "debug": "DEBUG|DBUG",
    "trace": "TRACE|TRCE",
}
# In lower case these are words of other meaning, or none.
_CAPITALS: dict[Severity, str] = {
    "fatal": "FATA|FTL|PANI",
    "error": "ERRO",
    "warning": "WRN",
    "info": "INF",
    "debug": "DEBU|DBG|VERBOSE",
    "trace": "TRAC|TRC|VRB",
}
_VALUES: dict[Severity, str] = {"info": "INFORMATION"}  # of a field for the level alone
_SEVERITY_OF_WORD = {
    word: severity
    for words in (_WORDS, _CAPITALS, _VALUES)
    for severity, joined in words.items()
    for word in joined.split("|")
}
_WORD = "|".join(_WORDS.values())
_CAPITAL = "|".join((_WORD, *_CAPITALS.values()))
_VALUE = "|".join(_SEVERITY_OF_WORD)

# Most certain first. A word in lower case counts only where levels stand: `no error` is a message, `error: …` a level.
_LEVELS = (
    re.compile(rf"(?:(?i:(?<![?&])(?:level|lvl|severity))|\"@l)\"?\s?[=:]\s?\"?((?i:{_VALUE}))(?![A-Za-z])"),
    re.compile(rf"(?<![A-Za-z])(?:({_CAPITAL})(?![A-Za-z])|((?i:{_WORD}))(?=[\]:|\t]))"),
)
_TROUBLE = re.compile(
    r"(?:Error|Exception)(?=:|\s*+$)|^Traceback \(|\bException in thread |\bOut of memory\b|\bsegfault at |\bBUG: "
    r"|\bKernel panic\b|\bFailed to start |: Failed with result '"
)

# klog's `E1123 10:00:00…`, at the start of its line or after what syslog writes before it; Android's `E/Tag( 12):` and
# `E Tag:` after two numbers; MongoDB's and Tornado's.
_LETTER = re.compile(
    r"(?:^|: )([FEWI])\d{4} \d\d:|(?:^|\d\d )([FEWIDV])/[\w.$-]++ *+\([ \d]++\):|\d\.\d{3} ++\d++ ++\d++ ([FEWIDV]) "
    r"|\"s\":\s?\"([FEWID])\d?\",\s*+\"c\":|^\[([CEWID]) \d{6} \d\d:"
)
_SEVERITY_OF_LETTER: dict[str, Severity] = {
    **{"F": "fatal", "C": "fatal", "E": "error", "W": "warning"},
    **{"I": "info", "D": "debug", "V": "trace"},
}


def severity_of(line: str) -> Severity | None:
    """The level that a line, without colours, names in words, letters or numbers; none if it names none.

    A line that tells of a failed request is at least as bad as the status of that request.
    """
    level, status = _severity_of_name(line) or severity_of_level(line), severity_of_status(line)
    if level and status in ("error", "warning"):
        return min(level, status, key=SEVERITIES.index)
    return level or status or ("error" if _TROUBLE.search(line, 0, HEAD) else None)


def _severity_of_name(line: str) -> Severity | None:
    """A word in a path, or in the query of a URL, is none."""
    said = without_paths(line[:HEAD])
    for level in _LEVELS:
        if match := level.search(said):
            return _SEVERITY_OF_WORD[match[match.lastindex or 0].upper()]
    letter = _LETTER.search(line, 0, HEAD)
    return _SEVERITY_OF_LETTER[letter[letter.lastindex or 0]] if letter else None
