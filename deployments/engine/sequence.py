"""One request inside the engine: its tokens, its limits, and how it ended."""

import time
from collections.abc import Sequence as Tokens
from typing import Literal

from deployments.engine.clock import Clock
from deployments.engine.constraint import Constraint
from deployments.engine.logprobs import TokenLogprobs
from deployments.engine.sampling import Sampling

FinishReason = Literal["stop", "length"]


class Sequence:
    """`tokens` is the prompt and what was generated since; the engine alone appends to it.

    Callers share the engine evenly, however many sequences each of them has. After `timeout_s` seconds it ends with an
    error. `branches` are lengths at which other prompts may part from this one, such as the end of a system prompt.
    """

    def __init__(
        self,
        prompt: Tokens[int],
        sampling: Sampling | None = None,
        *,
        max_tokens: int,
        caller: str = "",
        timeout_s: float | None = None,
        branches: Tokens[int] = (),
        constraint: Constraint | None = None,
    ) -> None:
        if not prompt:
            raise ValueError("a prompt has at least one token")
        self.tokens = list(prompt)
        self.prompt_tokens = len(self.tokens)
        self.sampling = sampling or Sampling()
        self.max_tokens = max_tokens
        self.constraint = constraint
        self.caller = caller
        self.deadline = None if timeout_s is None else time.monotonic() + timeout_s
        self.stops = {*branches, self.prompt_tokens}
        self.cached_tokens = 0
        self.logprobs: list[TokenLogprobs] = []
        self.clock = Clock()
        self.drafted_tokens = self.accepted_tokens = 0
        self.finish_reason: FinishReason | None = None
        self.error: Exception | None = None

    @property
    def has_ended(self) -> bool:
        return self.finish_reason is not None or self.error is not None

    @property
    def generated(self) -> int:
        return len(self.tokens) - self.prompt_tokens

    def is_late(self, now: float) -> bool:
        return self.deadline is not None and now >= self.deadline
