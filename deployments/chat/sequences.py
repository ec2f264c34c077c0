"""A request as the engine sees it: one sequence for each answer. It knows no text."""

from dataclasses import replace

from deployments.chat.plain import TextRequest
from deployments.chat.prompts import Prompt
from deployments.chat.request import ChatRequest
from deployments.engine.constraint import Constraint
from deployments.engine.sampling import Sampling
from deployments.engine.sequence import Sequence


def sequence_of(
    request: ChatRequest | TextRequest, number: int, prompt: Prompt, constraint: Constraint | None = None
) -> Sequence:
    """The `number`-th answer to a prompt."""
    return Sequence(
        prompt.tokens,
        _numbered(request.sampling, number),
        max_tokens=min(request.max_tokens, prompt.room),
        caller=request.caller,
        timeout_s=request.timeout_s,
        branches=prompt.branches,
        constraint=constraint,
    )


def _numbered(sampling: Sampling, number: int) -> Sampling:
    """Answers to one request differ, and each repeats."""
    return sampling if sampling.seed is None else replace(sampling, seed=sampling.seed + number)
