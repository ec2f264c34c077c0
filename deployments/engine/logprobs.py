"""How likely the model found a token, and which others it found likely."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class TokenLogprobs:
    """Natural logarithms of the model's own probabilities, before temperature, cuts, biases and penalties."""

    token: int
    logprob: float
    top: tuple[tuple[int, float], ...]


def token_logprobs(logits: np.ndarray, token: int, top: int) -> TokenLogprobs:
    """`logits` has shape (vocabulary,); the `top` likeliest tokens come in order."""
    highest = logits.max()
    normal = highest + np.log(np.exp(logits - highest, dtype=np.float64).sum())
    top = min(top, len(logits))
    best = np.argpartition(-logits, top - 1)[:top] if top else np.empty(0, np.intp)
    ranked = best[np.argsort(-logits[best], kind="stable")]
    return TokenLogprobs(
        token, float(logits[token] - normal), tuple((int(item), float(logits[item] - normal)) for item in ranked)
    )
