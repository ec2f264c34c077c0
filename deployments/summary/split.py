"""Where a text may be cut: between functions, sections, entries of a log. It knows lines, not tokens.

No parser reads the text, for a cut must also be found in a language that nobody knows and in a file that is broken.
"""

import re
from collections.abc import Callable, Iterator

from deployments.summary.languages import Kind

_INSIDE, _LINE, _PARAGRAPH = 99, 50, 20  # how bad it is to cut before a line; headings and definitions are below

_HEADING = re.compile(r"(#{1,6}|={1,6})\s")
_FENCE = re.compile(r"\s*(```|~~~)")
_CLOSING = re.compile(r"\s*([)\]}]|end\b|else\b|elif\b|except\b|finally\b|catch\b)")
_DEFINITION = re.compile(
    r"\s*(?:(?:pub|public|private|protected|internal|static|final|abstract|async|export|default|override|open|data"
    r"|sealed|unsafe)\s+)*(?:def|class|fn|func|fun|function|struct|enum|interface|trait|impl|module|namespace|object"
    r"|type|record|CREATE|create)\b"
)
_ATTACHED = re.compile(r"\s*(@|#|//|/?\*|--|\[)")  # decorators and comments belong to what follows
_CONTINUED = re.compile(r"\s|Caused by:|Traceback |[\w.]+(Error|Exception)\b|$")


def split(text: str, size: int, kind: Kind) -> Iterator[str]:
    """Pieces of at most `size` characters that make up the text, each as long as a good place to end it allows.

    A line is cut only where it is longer than `size` itself.
    """
    lines = text.splitlines(keepends=True)
    costs = list(_COSTS[kind](lines))
    start = 0
    while start < len(lines):
        end = _end(lines, costs, start, size)
        if end > start:
            yield "".join(lines[start:end])
            start = end
        else:
            yield from _cut(lines[start], size)
            start += 1


def _end(lines: list[str], costs: list[int], start: int, size: int) -> int:
    """The line before which a piece from `start` ends best: where it is at least half full, if that can be."""
    end, length = start, 0
    candidates = []
    while end < len(lines) and length + len(lines[end]) <= size:
        length += len(lines[end])
        end += 1
        if end < len(lines) and length * 2 >= size:
            candidates.append(end)
    if end == len(lines):
        return end
    return min(reversed(candidates), key=costs.__getitem__, default=end)


def _cut(line: str, size: int) -> Iterator[str]:
    """Between words, if there are any."""
    start = 0
    while len(line) - start > size:
        gap = max(line.rfind(" ", start + size // 2, start + size), line.rfind(",", start + size // 2, start + size))
        end = gap + 1 if gap >= 0 else start + size
        yield line[start:end]
        start = end
    yield line[start:]


def _code_costs(lines: list[str]) -> Iterator[int]:
    """The less a definition is indented, the better; one begins after a gap, or with its own word."""
    before = ""
    for line in lines:
        is_begin = not before.strip() or (_DEFINITION.match(line) and not _ATTACHED.match(before))
        if not is_begin or not line.strip() or _CLOSING.match(line):
            yield _LINE
        else:
            yield min(len(line) - len(line.lstrip()), _PARAGRAPH)
        before = line


def _prose_costs(lines: list[str]) -> Iterator[int]:
    """Before a heading, the higher the better; before a paragraph; never inside a block of code."""
    before, is_fenced = "", False
    for line in lines:
        is_fence = bool(_FENCE.match(line))
        heading = _HEADING.match(line)
        if is_fenced:
            yield _INSIDE
        elif heading:
            yield len(heading[1])
        else:
            yield _LINE if before.strip() else _PARAGRAPH
        is_fenced ^= is_fence
        before = line


def _log_costs(lines: list[str]) -> Iterator[int]:
    """A traceback stays with the line that announces it."""
    for line in lines:
        yield _INSIDE if _CONTINUED.match(line) else 0


_COSTS: dict[Kind, Callable[[list[str]], Iterator[int]]] = {
    "code": _code_costs,
    "prose": _prose_costs,
    "log": _log_costs,
}
