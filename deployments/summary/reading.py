"""What of a document is to be read next: all of it, or what its parts were found to say. It knows lines, no model."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Self

from deployments.errors import NothingSaid
from deployments.summary.document import Answer, Document, Usage
from deployments.summary.languages import Kind

UNKNOWN = "(The model said nothing about this part.)"
MISSING = "\n\n(Missing: {lines}. The model said nothing about them, though it was asked twice.)"


@dataclass(frozen=True, slots=True)
class Lines:
    """Of the document that a model is given: the condensed one, if it is a log."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"lines {self.first:,} to {self.last:,}" if self.first < self.last else f"line {self.first:,}"


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a text speaks of which lines of the document."""

    start: int
    end: int
    lines: Lines


@dataclass(frozen=True, slots=True)
class Reading:
    """Without `passages` the text is the document itself. `missing` are lines of which no part says anything."""

    text: str
    kind: Kind
    passages: tuple[Passage, ...] = ()
    missing: tuple[Lines, ...] = ()
    usage: Usage = field(default_factory=Usage)
    truncated: bool = False

    @classmethod
    def of(cls, document: Document) -> Self:
        return cls(document.text, document.language.kind)

    def joined(self, parts: list[str], answers: list[Answer]) -> "Reading":
        """What the answers say of the parts, in order; the empty ones say nothing, and are marked in words.

        Raises NothingSaid if all are empty.
        """
        said = [answer.text.strip() for answer in answers]
        if not any(said):
            asked = f"The model said nothing about any of the document's {len(parts)} parts, though it was asked twice."
            raise NothingSaid(f"{asked} Choose another model or persona.", param="model_name")
        told = [f"Part {number}:\n{text or UNKNOWN}\n\n" for number, text in enumerate(said, 1)]
        lines = list(self._lines(parts))
        return Reading(
            "".join(told),
            "prose",
            tuple(Passage(start, end, of) for (start, end), of in zip(_spans(told), lines, strict=True)),
            (*self.missing, *(of for of, text in zip(lines, said, strict=True) if not text)),
            sum((answer.usage for answer in answers), self.usage),
            self.truncated or not all(said) or any(answer.truncated for answer in answers),
        )

    def completed(self, answer: Answer) -> Answer:
        """The last answer, with what the reading before it has cost and what it could not find out."""
        return replace(
            answer,
            text=answer.text + self.gaps,
            usage=self.usage + answer.usage,
            truncated=self.truncated or answer.truncated,
        )

    @property
    def gaps(self) -> str:
        """A sentence for the end of the summary, or nothing."""
        return MISSING.format(lines=", ".join(map(str, self.missing))) if self.missing else ""

    def _lines(self, parts: list[str]) -> Iterator[Lines]:
        """Of the document that each part speaks of."""
        line = 1
        for part, (start, end) in zip(parts, _spans(parts), strict=True):
            if self.passages:
                found = [passage.lines for passage in self.passages if passage.start < end and start < passage.end]
                yield Lines(found[0].first, found[-1].last)
            else:
                yield Lines(line, line + part.removesuffix("\n").count("\n"))
                line += part.count("\n")


def _spans(texts: list[str]) -> Iterator[tuple[int, int]]:
    """Where each begins and ends when they are put together."""
    end = 0
    for text in texts:
        start, end = end, end + len(text)
        yield start, end
