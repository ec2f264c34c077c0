"""Which lines of a log are one stack trace. It knows how Python, Java, .NET, JavaScript, Ruby and Go print them.

A trace is a walk through states: whether a line goes on with it depends on what the line looks like and on what came
before. What does not go on begins anew.
"""

import re
from typing import Literal, cast

Kind = Literal["opening", "goroutine", "frame", "chain", "indented", "blank", "named", "call", "other"]
State = Literal["line", "python", "raised", "chained", "frames", "goroutine"]

# What `docker compose logs`, `kubectl logs --timestamps` and container runtimes write before each line.
_BEFORE = r"(?:[\w.-]++ *+\| )?+(?:\d{4}-\d\d-\d\dT[\d:.]++(?:Z|[+-]\d\d:\d\d) (?:std(?:out|err) [FP] )?+)?+"
_KIND = re.compile(
    rf"{_BEFORE}(?:"
    r"(?P<opening>Traceback \(most recent call last\):$|\s++[+|] .*Traceback \(most recent call last\):$)"
    r"|(?P<goroutine>goroutine \d++ \[[^\]]++\]:$)"
    r"|(?P<frame>\s++at \S|\s*+(?:Caused by|Suppressed|Wrapped by): |\s++\.\.\. \d++ (?:more|common frames)"
    r"|\s++from \S*?:\d++:in |\s++--- End of |\s++---> )"
    r"|(?P<chain>During handling of the above exception|The above exception was the direct cause)"
    r"|(?P<indented>\s++\S)|(?P<blank>\s*+$)|(?P<named>[A-Za-z_][\w.]*+(?:: |:?$))"
    r"|(?P<call>[^\s(]++\(.*+(?<=\))$|created by \S)|(?P<other>))"
)
# The state of a trace after a line that goes on with it.
AFTER: dict[State, dict[Kind, State]] = {
    "line": {"frame": "frames"},
    "frames": {"frame": "frames"},
    "python": {"indented": "python", "frame": "python", "opening": "python", "named": "raised"},
    "raised": {"blank": "raised", "chain": "chained"},
    "chained": {"blank": "chained", "opening": "python"},
    "goroutine": {"indented": "goroutine", "call": "goroutine"},
}
_FIRST: dict[Kind, State] = {"opening": "python", "goroutine": "goroutine"}


def kind_of(line: str) -> Kind:
    """What a line looks like, whatever stands around it."""
    match = _KIND.match(line)
    return cast(Kind, match.lastgroup) if match else "other"


def first_state(kind: Kind) -> State:
    """Of what begins with such a line. A line of any kind may turn out to be above frames."""
    return _FIRST.get(kind, "line")
