"""A chain of llama.cpp's samplers for one sequence."""

import secrets
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import llama_cpp
import numpy as np

from deployments.engine.constraint import Constraint, ConstraintError
from deployments.engine.llama.bias import Bias
from deployments.engine.llama.candidates import Candidates
from deployments.engine.logprobs import TokenLogprobs, token_logprobs
from deployments.engine.model import DecodeError
from deployments.engine.sampling import Sampling

GREEDY = 1e-6  # temperatures below are 0: logits that are divided by them are no numbers any more
_RANDOM_SEED = llama_cpp.LLAMA_DEFAULT_SEED  # stands for another seed each time, and is the largest there is


class LlamaSampler:
    """Samples from the logits of a context. `close` frees it.

    A constraint is obeyed by rejection: the choice is free, and made again among the allowed tokens only where it was
    none of them. Most choices are, and one check is far cheaper than a mask over the vocabulary.
    """

    def __init__(
        self,
        context: Any,
        sampling: Sampling,
        constraint: Constraint | None,
        *,
        vocabulary_size: int,
        memory_tokens: int,
    ) -> None:
        self._context = context
        self._constraint = constraint
        self._vocabulary_size = vocabulary_size
        self._bias = Bias(sampling.logit_bias, vocabulary_size) if sampling.logit_bias else None
        self._chooses = bool(sampling.logit_bias or sampling.presence_penalty or sampling.frequency_penalty)
        self._chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
        for sampler in _samplers(sampling, vocabulary_size, memory_tokens):
            llama_cpp.llama_sampler_chain_add(self._chain, sampler)

    def sample(self, row: int) -> int:
        if not self._constraint and not self._bias:
            return self._sample_in_c(row)
        token = self._draw_allowed(row, self._constraint) if self._constraint else self._choose(row)
        if self._chooses:
            llama_cpp.llama_sampler_accept(self._chain, token)
        return token

    def logprobs(self, row: int, token: int, top: int) -> TokenLogprobs:
        return token_logprobs(self._logits(row), token, top)

    def _draw_allowed(self, row: int, constraint: Constraint) -> int:
        token = self._choose(row) if self._chooses else self._sample_in_c(row)
        try:
            if not constraint.allows(token):
                token = self._choose(row, constraint.mask())
            constraint.accept(token)
        except ConstraintError as error:
            raise DecodeError(str(error), fatal=False) from error
        return token

    def _sample_in_c(self, row: int) -> int:
        """What is chosen counts for penalties at once."""
        return int(llama_cpp.llama_sampler_sample(self._chain, self._context, row))

    def _choose(self, row: int, allowed: np.ndarray | None = None) -> int:
        """What is chosen counts for penalties once it is accepted."""
        logits = self._logits(row)
        return self._candidates.choose(self._chain, self._bias.added_to(logits) if self._bias else logits, allowed)

    @cached_property
    def _candidates(self) -> Candidates:
        return Candidates(self._vocabulary_size)

    def _logits(self, row: int) -> np.ndarray:
        pointer = llama_cpp.llama_get_logits_ith(self._context, row)
        return np.ctypeslib.as_array(pointer, (self._vocabulary_size,))

    def close(self) -> None:
        if self._chain:
            llama_cpp.llama_sampler_free(self._chain)
            self._chain = None


def _samplers(sampling: Sampling, vocabulary_size: int, memory_tokens: int) -> Iterator[Any]:
    """Behind biases, what changes logits comes first, then the cut to `top_k`, so that others see few candidates."""
    if sampling.presence_penalty or sampling.frequency_penalty:
        penalties = (1.0, sampling.frequency_penalty, sampling.presence_penalty)
        yield llama_cpp.llama_sampler_init_penalties(vocabulary_size, memory_tokens, *penalties)
    if sampling.temperature < GREEDY:
        yield llama_cpp.llama_sampler_init_greedy()
        return
    yield llama_cpp.llama_sampler_init_top_k(sampling.top_k)
    if sampling.top_p < 1:
        yield llama_cpp.llama_sampler_init_top_p(sampling.top_p, 1)
    if sampling.min_p > 0:
        yield llama_cpp.llama_sampler_init_min_p(sampling.min_p, 1)
    yield llama_cpp.llama_sampler_init_temp(sampling.temperature)
    seed = secrets.randbits(32) if sampling.seed is None else sampling.seed
    yield llama_cpp.llama_sampler_init_dist(seed % _RANDOM_SEED)
