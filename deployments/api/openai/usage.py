"""Token counts as OpenAI reports them, and where the time went."""

from typing import Any

from deployments.chat.deltas import Timings, Usage


def usage_object(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
    }


def timings_object(usage: Usage, timings: Timings) -> dict[str, Any]:
    """As llama-server reports them, and the time in the queue. Milliseconds and tokens."""
    read, written = usage.prompt_tokens - usage.cached_tokens, usage.completion_tokens
    return {
        "queue_ms": _ms(timings.queue_s),
        "cache_n": usage.cached_tokens,
        "prompt_n": read,
        "prompt_ms": _ms(timings.prompt_s),
        "prompt_per_second": _rate(read, timings.prompt_s),
        "predicted_n": written,
        "predicted_ms": _ms(timings.answer_s),
        "predicted_per_second": _rate(max(written - 1, 0), timings.answer_s),
        "draft_n": timings.drafted_tokens,
        "draft_n_accepted": timings.accepted_tokens,
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _rate(tokens: int, seconds: float) -> float:
    return round(tokens / seconds, 2) if seconds else 0.0
