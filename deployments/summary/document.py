"""What goes into a summary and what comes out of it. It knows values only."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Protocol

from deployments.summary.condensed import CondensedLog
from deployments.summary.languages import Language


@dataclass(frozen=True, slots=True)
class Document:
    """A file to summarise. The text of a log is condensed already; `log` keeps what the text no longer tells."""

    text: str
    language: Language
    log: CondensedLog | None = None


@dataclass(frozen=True, slots=True)
class Instructions:
    """How to summarise; `system` is the persona, with its placeholders filled in.

    `enable_safety` asks a remote model to block harmful content at low probability; others have no such filter.
    """

    system: str
    max_tokens: int
    temperature: float
    enable_safety: bool = False

    def with_note(self, note: str) -> "Instructions":
        """The persona goes on with it."""
        return replace(self, system=self.system + note)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a language model read and wrote. Zero where none ran: what is not counted is not estimated."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.prompt_tokens + other.prompt_tokens, self.completion_tokens + other.completion_tokens)


@dataclass(frozen=True, slots=True)
class Answer:
    """`truncated`: the limit cut the text, or a part of the document could not be considered."""

    text: str
    usage: Usage = Usage()
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """So many of a long document's parts have been read. Their summaries may be read in parts again: a level up."""

    level: int
    done: int
    parts: int


Event = Progress | str | Answer  # how far it is, a piece of the text, and at the end all of it


class Backend(Protocol):
    """Whatever can summarise. A document of any length is its to handle; an error it raises reaches the client."""

    @property
    def fingerprint(self) -> str:
        """What else its answers depend on, such as the model's file."""
        ...

    def stream(self, document: Document, instructions: Instructions) -> AsyncGenerator[Event]:
        """The pieces of text make up the answer's, which comes last."""
        ...


class Summarizing(Protocol):
    async def summarize(self, document: Document, instructions: Instructions) -> Answer: ...


class AtOnce:
    """A backend of one that answers in one piece."""

    fingerprint = ""

    def __init__(self, summarizing: Summarizing) -> None:
        self._summarizing = summarizing

    async def stream(self, document: Document, instructions: Instructions) -> AsyncGenerator[Event]:
        answer = await self._summarizing.summarize(document, instructions)
        yield answer.text
        yield answer
