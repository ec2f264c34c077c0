"""How likely tokens were, as OpenAI reports it of chat completions."""

from collections.abc import Iterable
from typing import Any

from deployments.chat.deltas import Likelihood


def logprobs_object(likelihoods: Iterable[Likelihood]) -> dict[str, Any]:
    content = [
        _token(item.piece, item.logprob) | {"top_logprobs": [_token(piece, logprob) for piece, logprob in item.top]}
        for item in likelihoods
    ]
    return {"content": content, "refusal": None}


def _token(piece: bytes, logprob: float) -> dict[str, Any]:
    """A token may end within a character; its bytes tell."""
    return {"token": piece.decode("utf-8", "replace"), "logprob": logprob, "bytes": list(piece)}
