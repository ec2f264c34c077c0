"""What is asked of the summary service and what it answers, in values that every layer shares."""

from dataclasses import dataclass

from deployments.summary.document import Usage
from deployments.summary.memo import Origin

GEMINI = "gemini"


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """What is not said is decided by the file, the persona and the configuration, in this order.

    `fresh`: an answer that is known already will not do. `payer`: the API key that is charged for a paid model.
    """

    filename: str
    text: str
    persona: str | None = None
    model: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    enable_safety: bool = False
    fresh: bool = False
    payer: str = ""

    @property
    def is_paid(self) -> bool:
        """Whether it goes to the Gemini API, which knows its own models: every name that begins with `gemini`."""
        return self.model is not None and self.model.startswith(GEMINI)


@dataclass(frozen=True, slots=True)
class Summary:
    """`truncated`: a part of the document or of the answer is missing."""

    language: str
    summary: str
    model: str
    persona: str
    usage: Usage
    origin: Origin
    truncated: bool
