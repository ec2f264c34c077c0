"""Token counts as the Responses API reports them."""

from typing import Any

from deployments.chat.deltas import Usage


def usage_object(usage: Usage) -> dict[str, Any]:
    """What was computed of a prompt is in the cache from then on."""
    return {
        "input_tokens": usage.prompt_tokens,
        "input_tokens_details": {
            "cached_tokens": usage.cached_tokens,
            "cache_write_tokens": usage.prompt_tokens - usage.cached_tokens,
        },
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
    }
