"""How the next token is chosen: values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sampling:
    """Temperature 0, or as good as 0, is greedy and ignores the rest but penalties and biases.

    `top_k` also bounds the work per token: it cuts the vocabulary before anything else looks at it.
    With `logprobs`, each token comes with its own, and with those of that many likeliest ones.
    """

    temperature: float = 0.0
    top_k: int = 40
    top_p: float = 1.0
    min_p: float = 0.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    logit_bias: Mapping[int, float] = field(default_factory=dict)
    seed: int | None = None
    logprobs: int | None = None
