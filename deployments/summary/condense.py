"""A log, shortened: lines that differ only in their details become one. It knows neither personas nor models.

Five or more lines of one template and severity become two lines, where the first of them stood: how often it came,
and that line. Lines of rarer templates stay, each where it stood. A stack trace counts as one line, so it stays whole.
Line ends become `\\n`. One pass; memory holds what will be written out, one entry for each template, and two caches of
bounded length.
"""

from collections.abc import Iterable

from deployments.summary.condensed import CondensedLog
from deployments.summary.groups import MANY, Group, Template
from deployments.summary.level_numbers import Digits, numbers_in, taker
from deployments.summary.severities import Severity
from deployments.summary.severity import severity_of
from deployments.summary.template import Words, colourless, unpadded
from deployments.summary.trace import AFTER, FIRST, State, kind_of, look_of

_PIECE_CHARS = 1024 * 1024
_SHAPES_KEPT = 10_000
_LONGEST_TRACE = 10_000  # lines; then it is cut, so that memory stays bounded
_DIGITS_TO_ZERO = bytes.maketrans(b"123456789", b"000000000")


def condense(text: str) -> CondensedLog:
    return condense_stream(text[start : start + _PIECE_CHARS] for start in range(0, len(text), _PIECE_CHARS))


def condense_stream(pieces: Iterable[str]) -> CondensedLog:
    """A log of any size, cut anywhere: only the line that a piece ends in waits for the next."""
    condenser = _Condenser()
    rest: list[str] = []
    for piece in pieces:
        head, end, tail = piece.rpartition("\n")
        if end:
            condenser.read("".join((*rest, head)))
            rest.clear()
        rest.append(tail)
    if last := "".join(rest):
        condenser.read(last)
    return condenser.finish()


class _Condenser:
    def __init__(self) -> None:
        self._groups: dict[tuple[Severity | None, str], Group] = {}
        self._templates: dict[str, Template] = {}
        self._of_shape: dict[bytes, Template] = {}
        self._words = Words()
        self._kept: dict[int, tuple[str, Group]] = {}
        self._number = 0
        self._open: list[tuple[str, Template]] = []
        self._state: State = "line"
        self._header = ""  # of the lines of what stands open

    def read(self, text: str) -> None:
        """Whole lines, without the end of the last. Those that differ in digits alone have one shape."""
        text = text.replace("\r\n", "\n").removesuffix("\r")
        shapes = text.encode("utf-8", "surrogatepass").translate(_DIGITS_TO_ZERO).split(b"\n")
        for line, shape in zip(text.split("\n"), shapes, strict=True):
            template = self._of_shape.get(shape) or self._new_shape(shape, line)
            state = AFTER[self._state].get(template.kind)
            if state is None and (self._header or template.header):
                state = self._state_behind_header(template)
            if state is None or len(self._open) >= _LONGEST_TRACE:
                self._close()
                state = FIRST.get(template.kind, "line")
                self._header = template.header
            self._state = state
            self._open.append((line, template))

    def finish(self) -> CondensedLog:
        self._close()
        return CondensedLog(tuple(group.entry(text, number) for number, (text, group) in self._kept.items()))

    def _new_shape(self, shape: bytes, line: str) -> Template:
        if len(self._of_shape) >= _SHAPES_KEPT:
            self._of_shape.clear()
        plain = colourless(shape.decode("utf-8", "surrogatepass"))
        words = self._words.of(unpadded(plain))
        template = self._templates.get(words)
        if template is None:
            numbers = numbers_in(line)
            template = self._templates[words] = Template(words, *look_of(words), numbers, taker(numbers, line))
        elif template.numbers:  # which do not stand in the same place in every line
            numbers = template.numbers
            kind, header = template.kind, template.header
            template = Template(words, kind, header, numbers, taker(numbers, line), template.groups)
        self._of_shape[shape] = template
        return template

    def _state_behind_header(self, template: Template) -> State | None:
        """All lines of a trace have the same header, if any, and so has the line above the first frame."""
        header = template.header if self._state == "line" else self._header
        above = self._open[0][1].words if self._open else ""
        if not (header and above.startswith(header) and template.words.startswith(header)):
            return None
        self._header = header
        return AFTER[self._state].get(kind_of(template.words[len(header) :]))

    def _close(self) -> None:
        """What stands open goes on no longer."""
        if len(self._open) == 1:
            line, template = self._open.pop()
            level = template.level(line) if template.level else ""
            self._count(line, template.groups.get(level) or self._group(line, template, level), 1)
        elif self._open:
            text = "\n".join(line for line, _ in self._open)
            self._count(text, self._group_of_trace(), len(self._open))
            self._open.clear()

    def _group(self, line: str, template: Template, level: Digits) -> Group:
        severity = severity_of(colourless(line))
        group = template.groups[level] = self._groups.setdefault((severity, template.words), Group(severity))
        return group

    def _group_of_trace(self) -> Group:
        """A blank line after it makes no difference."""
        severity = severity_of(colourless(self._open[0][0])) or "error"
        words = "\n".join(template.words for _, template in self._open).rstrip()
        return self._groups.setdefault((severity, words), Group(severity))

    def _count(self, text: str, group: Group, line_count: int) -> None:
        group.count += 1
        group.line_count += line_count
        group.last, group.last_number = text, self._number
        if group.count < MANY:
            group.kept.append(self._number)
            self._kept[self._number] = (text, group)
        elif group.count == MANY:
            for number in group.kept[1:]:
                del self._kept[number]
        self._number += 1
