"""What goes into a summary and what comes out of it. It knows values only."""

from dataclasses import dataclass
from typing import Protocol

from deployments.summary.condense import CondensedLog
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


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a language model read and wrote. Zero where none ran: what is not counted is not estimated."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Answer:
    """`truncated`: the limit cut the text, or a part of the document could not be considered."""

    text: str
    usage: Usage = Usage()
    truncated: bool = False


class Backend(Protocol):
    """Whatever can summarise. A document of any length is its to handle; an error it raises reaches the client."""

    async def summarize(self, document: Document, instructions: Instructions) -> Answer: ...
