"""One request inside the engine: its tokens, its limit, and how it ended."""

from collections.abc import Sequence as Tokens
from typing import Literal

from deployments.engine.sampling import Sampling

FinishReason = Literal["stop", "length"]


class Sequence:
    """`tokens` is the prompt and what was generated since; the engine alone appends to it."""

    def __init__(self, prompt: Tokens[int], sampling: Sampling | None = None, *, max_tokens: int) -> None:
        self.tokens = list(prompt)
        self.prompt_tokens = len(self.tokens)
        self.sampling = sampling or Sampling()
        self.max_tokens = max_tokens
        self.cached_tokens = 0
        self.finish_reason: FinishReason | None = None
        self.error: Exception | None = None

    @property
    def has_ended(self) -> bool:
        return self.finish_reason is not None or self.error is not None

    @property
    def generated(self) -> int:
        return len(self.tokens) - self.prompt_tokens
