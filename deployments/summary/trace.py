"""Which lines of a log are one stack trace. It knows how Python, Java, .NET, JavaScript, Ruby and Go print them.

A trace is a walk through states: whether a line goes on with it depends on what the line looks like and on what came
before. What does not go on begins anew. Lines are known by their templates, in which `\\0` is any detail.
"""

import re
from typing import Literal, cast

Plain = Literal["opening", "goroutine", "frame", "chain", "indented", "blank", "word", "named", "call", "other"]
Headed = Literal["headed opening", "headed goroutine", "headed frame"]
Kind = Plain | Headed
State = Literal["line", "python", "raised", "ended", "chained", "frames", "goroutine"]

# Spaces as they are, or as JSON writes them; the end of a line, or of the text in a field of JSON.
_SPACE = r"(?:\s|\\t)"
_END = r"(?=$|(?:\\n)?\")"
_NUMBER = r"[\d\0]++"
_NAME = r"[A-Za-z_][\w.<>\0]*+"
_OPENING = rf"Traceback \(most recent call last\):{_END}"
_GOROUTINE = rf"goroutine {_NUMBER} \[[^\]]{{1,100}}+\]:{_END}"
_KIND = re.compile(
    rf"(?P<opening>{_OPENING}|\s++[+|] .*{_OPENING})"
    rf"|(?P<goroutine>{_GOROUTINE})"
    rf"|(?P<frame>{_SPACE}++at \S|{_SPACE}*+(?:Caused by|Suppressed|Wrapped by): "
    rf"|{_SPACE}++\.\.\. {_NUMBER} (?:more|common frames)"
    rf"|\s++from \S*?:{_NUMBER}:in |\s++--- End of |\s++---> )"
    r"|(?P<chain>During handling of the above exception|The above exception was the direct cause)"
    rf"|(?P<indented>{_SPACE}++\S)|(?P<blank>\s*+{_END})|(?P<word>{_NAME}{_END})|(?P<named>{_NAME}(?:: |:{_END}))"
    rf"|(?P<call>[^\s(]++\(.*(?<=\)){_END}|created by \S)|(?P<other>)"
)
# What may stand behind a header, such as syslog, containers and some loggers write before each line of a trace. Only
# by its indentation is a frame told from `connected at 10:00`.
_BEHIND = re.compile(
    rf"(?P<opening>{_OPENING})|(?P<goroutine>{_GOROUTINE})"
    rf"|(?P<frame>(?:\t|\\t| {{4}}|(?<=\") {{3}})at \S.{{0,300}}?[(\0]|(?: |(?<=\")) ---> \S)"
)
# The state of a trace after a line that goes on with it.
AFTER: dict[State, dict[Kind, State]] = {
    "line": {"frame": "frames"},
    "frames": {"frame": "frames"},
    "python": {"indented": "python", "frame": "python", "opening": "python", "named": "raised", "word": "raised"},
    "raised": {"indented": "raised", "word": "raised", "blank": "ended", "chain": "chained"},
    "ended": {"blank": "ended", "chain": "chained"},
    "chained": {"blank": "chained", "opening": "python"},
    "goroutine": {"indented": "goroutine", "call": "goroutine"},
}
# The state of what begins with such a line, or else `line`: a line of any kind may turn out to be above frames.
FIRST: dict[Kind, State] = {
    **{"opening": "python", "headed opening": "python"},
    **{"goroutine": "goroutine", "headed goroutine": "goroutine"},
}


def look_of(words: str) -> tuple[Kind, str]:
    """What a line looks like, whatever stands around it, and the header that it has before that."""
    kind = kind_of(words)
    mark = _BEHIND.search(words) if kind in ("other", "named") else None
    header = words[: mark.start()] if mark else ""
    if not mark or "\\n" in header:  # all of a trace in one field of JSON
        return kind, ""
    headed = cast(Headed, f"headed {mark.lastgroup}")
    return headed, header.rstrip() if headed == "headed frame" else header


def kind_of(words: str) -> Plain:
    """Of a line without a header."""
    match = _KIND.match(words)
    return cast(Plain, match.lastgroup) if match else "other"
