"""What a Gemini model replies, chunk by chunk → its text, or the reason why there is none."""

from collections.abc import Callable
from typing import Any

from google.genai import types

from deployments.errors import SafetyBlocked, UpstreamError, UpstreamSilent
from deployments.summary.document import Answer, Usage

REFUSED = {
    types.FinishReason.SAFETY,
    types.FinishReason.PROHIBITED_CONTENT,
    types.FinishReason.BLOCKLIST,
    types.FinishReason.SPII,
}


class Reply:
    """Fed with the chunks of one stream."""

    def __init__(self, cost: Callable[[int], None]) -> None:
        """`cost` is told what all of it has cost so far, in tokens."""
        self._cost = cost
        self._texts: list[str] = []
        self._usage = Usage()
        self._reason: types.FinishReason | None = None

    def add(self, chunk: types.GenerateContentResponse) -> str:
        """The text in it. Raises SafetyBlocked."""
        if usage := _usage(chunk):
            self._usage = usage
            self._cost(usage.total_tokens)
        feedback = chunk.prompt_feedback
        if feedback and feedback.block_reason:
            raise SafetyBlocked(f"Gemini blocked the document: {feedback.block_reason.value}{_harms(feedback)}.")
        candidate = chunk.candidates[0] if chunk.candidates else None
        if candidate is None:
            return ""
        self._reason = candidate.finish_reason or self._reason
        if self._reason in REFUSED:
            raise SafetyBlocked(f"Gemini blocked its answer: {self._reason.value}{_harms(candidate)}.")
        self._texts.append(_text(candidate))
        return self._texts[-1]

    def answer(self) -> Answer:
        """Raises UpstreamError for a reply without an end, and for one without a text."""
        text = "".join(self._texts)
        is_cut = self._reason == types.FinishReason.MAX_TOKENS
        if text and self._reason is None:
            raise UpstreamError("Gemini's answer broke off.")
        if text and not is_cut and self._reason != types.FinishReason.STOP:
            raise UpstreamError(f"Gemini broke off its answer ({self._said}).")
        if not text:
            raise UpstreamSilent(f"Gemini gave no answer ({self._said}).")
        return Answer(text, self._usage, truncated=is_cut)

    @property
    def _said(self) -> str:
        if self._reason == types.FinishReason.MAX_TOKENS:
            return (
                "MAX_TOKENS: it spent them on thinking; raise max_tokens, or its thinking_tokens in the configuration"
            )
        return self._reason.value if self._reason else "no candidate"


def _text(candidate: types.Candidate) -> str:
    parts = (candidate.content.parts if candidate.content else None) or []
    return "".join(part.text or "" for part in parts if not part.thought)


def _harms(rated: Any) -> str:
    """The categories that were the reason, as far as the API says."""
    ratings = [rating for rating in rated.safety_ratings or [] if rating.blocked]
    return "".join(f" ({rating.category.value})" for rating in ratings)


def _usage(chunk: types.GenerateContentResponse) -> Usage | None:
    """Each chunk counts anew all that has been read, thought and written."""
    counted = chunk.usage_metadata
    if not counted:
        return None
    read = counted.prompt_token_count or 0
    parts = (counted.candidates_token_count, counted.thoughts_token_count, counted.tool_use_prompt_token_count)
    total = counted.total_token_count or read + sum(part or 0 for part in parts)
    return Usage(read, total - read)
