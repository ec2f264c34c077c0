"""What a log line is but for its details, and when it was written. It knows one line at a time.

Timestamps, numbers, hex, UUIDs, addresses and paths are details. Every repetition in these patterns is bounded or
possessive, so no line, however long or odd, takes more than linear time.
"""

import re

DETAIL = "\0"  # stands for any detail, and for nothing else: text files do not hold it
HEAD = 1000  # characters in which a line says when it was written, and how bad it is
_WORDS_KEPT = 50_000

_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"

_HEX = "[0-9a-fA-F]"
_IPV4 = r"(?:\d{1,3}\.){3}\d{1,3}(?!\w)"
_GROUPS = rf"{_HEX}{{1,4}}(?::{_HEX}{{1,4}}){{0,6}}"
_IPV6_TAIL = rf"(?:{_HEX}{{1,4}}:){{0,5}}{_IPV4}|{_GROUPS}(?![\w:])"
_IPV6 = rf"{_HEX}{{1,4}}(?::{_HEX}{{1,4}}){{7}}(?![\w:])|(?:{_GROUPS})?::(?:{_IPV6_TAIL})"
_UUID = rf"{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}"
_MAC = rf"{_HEX}{{2}}(?:[:-]{_HEX}{{2}}){{5}}"
_LEVEL_AND_DAY = r"[EF]\d{4}(?!\w)"  # klog's, whose letter is no detail
_LONG_HEX = rf"0[xX]{_HEX}++|(?!{_LEVEL_AND_DAY})(?=[a-fA-F]*+\d){_HEX}{{4,}}+"
_SEGMENT = r"[\w.@%+=~-]++"
_QUERY = r"(?:\?[\w.@%+=~&;:,/-]*+)?"
_PATH = rf"(?<!/)(?!/FAILURE\b)(?:(?:/{_SEGMENT})++/?|/(?![\w/])){_QUERY}"  # systemd's `status=1/FAILURE` is none
_WINDOWS_PATH = rf"[A-Za-z]:(?:\\{_SEGMENT})++"
_CURSOR = rf"s={_HEX}++(?:;[ibmtx]={_HEX}++)++"  # where journald stands
_NUMBER = r"(?:(?<![\w.])-)?\d++(?:[.,]\d++)*+"

_DETAILS = re.compile(
    rf"(?<![0-9A-Za-z]){_WINDOWS_PATH}"
    r"|(?=[\da-fA-F:/J-OS-Ws-])(?:"  # what no other detail begins with is passed over fast
    rf"(?<![0-9A-Za-z:.])(?:{_IPV4}|{_IPV6})"
    rf"|(?<![0-9A-Za-z])(?:{_UUID}|{_MAC}|{_LONG_HEX}|{_CURSOR}|{_MONTH}|{_DAY})(?![0-9A-Za-z])"
    rf"|{_PATH}|{_NUMBER})"
)

_CLOCK = r"\d\d:\d\d(?::\d\d(?:[.,]\d++)?)?(?: ?(?:Z|[+-]\d\d:?\d\d))?"
_ISO = rf"\d{{4}}[-/]\d\d[-/]\d\d(?:[T ]{_CLOCK})?|\d{{8}}T\d{{6}}Z?"
_SYSLOG = rf"{_MONTH} [ \d]?\d \d\d:\d\d:\d\d(?:\.\d++)?"
_ACCESS_LOG = rf"\d\d/{_MONTH}/\d{{4}}:\d\d:\d\d:\d\d [+-]\d{{4}}"
# A bare number of ten digits is more often an identifier: an epoch opens its line or follows a word for time.
_TIME_WORD = r"(?i:(?<![A-Z])(?<!MONOTONIC_)(?:ts|time|timestamp|epoch))"
_BEFORE_EPOCH = rf"(?:^[^\w\s]?|{_TIME_WORD}\"?\s?[=:]\s?\"?|\baudit\()"
_EPOCH = r"\d{10}(?:\d{3}){0,3}(?:\.\d++)?(?![\w.])"  # seconds, or thousandths, millionths, billionths of them
# Without a date only where a line begins; klog's letter for the level stands right before its month and day.
_OPENING_CLOCK = r"^\W?(?P<clock>\d\d:\d\d:\d\d(?:[.,]\d++)?)(?!\w)|^[FEWI](?P<klog>\d{4} \d\d:\d\d:\d\d(?:\.\d++)?)"
_TIMESTAMP = re.compile(
    rf"(?<![0-9A-Za-z])(?P<calendar>{_ISO}|{_SYSLOG}|{_ACCESS_LOG})(?!\d)|{_BEFORE_EPOCH}(?P<epoch>{_EPOCH})"
    rf"|{_OPENING_CLOCK}"
)
_PADDING = re.compile(r"(?<! ) ++(?=0)")
_PATHS = re.compile(_PATH)
_COLOUR = re.compile(r"\x1b\[[0-9;]*+[A-Za-z]")


def timestamp_of(line: str) -> str | None:
    """The first timestamp as it stands, without brackets and colours around it."""
    match = _TIMESTAMP.search(colourless(line), 0, HEAD)
    return match[match.lastgroup or 0] if match else None


def colourless(line: str) -> str:
    """Without the escapes by which a terminal changes colours."""
    return _COLOUR.sub("", line) if "\x1b" in line else line


def without_paths(line: str) -> str:
    return _PATHS.sub(DETAIL, line) if "/" in line else line


def unpadded(zeros: str) -> str:
    """Without the padding of right-aligned numbers, whose digits are all 0."""
    return _PADDING.sub(" ", zeros) if "  0" in zeros else zeros


class Words(dict[str, str]):
    """Words → words with their details masked. They come again and again, so they are remembered, up to a bound."""

    def of(self, line: str) -> str:
        """The line's template."""
        fields_apart = line.replace(',"', ', "')  # JSON without spaces has words, too
        return " ".join([self[word] for word in fields_apart.split(" ")])

    def __missing__(self, word: str) -> str:
        if len(self) >= _WORDS_KEPT:
            self.clear()
        masked = self[word] = _DETAILS.sub(DETAIL, word)
        return masked
