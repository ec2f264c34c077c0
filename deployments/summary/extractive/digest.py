"""What there is to say about a document, and how much of it fits. It knows nothing of documents themselves."""

from dataclasses import dataclass

from deployments.summary.document import Answer

CHARS_PER_TOKEN = 4
_CHARS_TO_SAY_WHAT_IS_MISSING = 30


@dataclass(frozen=True, slots=True)
class Section:
    """A list under its heading; `noun` is the plural of what it lists."""

    noun: str
    items: tuple[str, ...]

    def render(self, count: int) -> str:
        lines = [f"- {item}" for item in self.items[:count]]
        if left := len(self.items) - count:
            lines.append(f"- … and {left:,} more {self.noun}" if left > 1 else "- … and one more")
        return "\n".join([self.heading, *lines])

    @property
    def heading(self) -> str:
        return f"{self.noun[0].upper()}{self.noun[1:]} ({len(self.items):,}):"


@dataclass(frozen=True, slots=True)
class Digest:
    """A few sentences that always come, then lists, most important first. Partial: not all of it was read."""

    lead: str
    sections: tuple[Section, ...] = ()
    is_partial: bool = False

    def within(self, max_tokens: int) -> Answer:
        """About `max_tokens` long; cut between items, and what was left out is said."""
        sections = [section for section in self.sections if section.items]
        counts = _fit(sections, max_tokens * CHARS_PER_TOKEN - len(self.lead))
        fitted = list(zip(sections, counts, strict=True))
        parts = [self.lead, *(section.render(count) for section, count in fitted if count)]
        if missing := [section.heading.rstrip(":") for section, count in fitted if not count]:
            parts.append(f"Left out: {', '.join(missing)}.")
        is_cut = any(count < len(section.items) for section, count in fitted)
        return Answer("\n\n".join(parts), truncated=is_cut or self.is_partial)


class Unreadable(Exception):
    """The document is not what its name says; the message says why, as the rest of a sentence."""


def _fit(sections: list[Section], room: int) -> list[int]:
    """How many items of each section fit into `room` characters. They take turns, so that a long one starves none."""
    if sum(_cost(section, i) for section in sections for i in range(len(section.items))) <= room:
        return [len(section.items) for section in sections]
    room -= _CHARS_TO_SAY_WHAT_IS_MISSING * len(sections)
    counts = [0] * len(sections)
    growing = list(range(len(sections)))
    while growing:
        for i in list(growing):
            cost = _cost(sections[i], counts[i])
            if cost > room:
                growing.remove(i)
            else:
                counts[i] += 1
                room -= cost
    return counts


def _cost(section: Section, count: int) -> int:
    """What one more item takes; more than there can be when there is none."""
    if count == len(section.items):
        return 2**62
    heading = 0 if count else len(section.heading) + 2
    return heading + len(section.items[count]) + 3


def shorten(text: str, chars: int) -> str:
    """One line of at most `chars` characters, cut between words."""
    line = " ".join(text[: 4 * chars].split())
    if len(line) <= chars and len(text) <= 4 * chars:
        return line
    head, space, _ = line[:chars].rpartition(" ")
    return f"{head if space else line[:chars]} …"


def counted(number: int, nouns: str) -> str:
    """`3 links`, `1 link`."""
    return f"{number:,} {nouns if number != 1 else nouns.removesuffix('s')}"
