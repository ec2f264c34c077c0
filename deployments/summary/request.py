"""What is asked of the summary service and what it answers, in values that every layer shares."""

from dataclasses import dataclass

from deployments.summary.document import Usage


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """What is not said is decided by the file, the persona and the configuration, in this order."""

    filename: str
    text: str
    persona: str | None = None
    model: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    enable_safety: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """`cached`: the answer was known before; `truncated`: a part of the document or of the answer is missing."""

    language: str
    summary: str
    model: str
    persona: str
    usage: Usage
    cached: bool
    truncated: bool
