"""A chain of llama.cpp's samplers for one sequence."""

import ctypes
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

import llama_cpp

from deployments.engine.sampling import Sampling


class LlamaSampler:
    """Samples from the logits of a context. `close` frees it."""

    def __init__(self, context: Any, sampling: Sampling, *, vocabulary_size: int, memory_tokens: int) -> None:
        self._context = context
        self._chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
        for sampler in _samplers(sampling, vocabulary_size, memory_tokens):
            llama_cpp.llama_sampler_chain_add(self._chain, sampler)

    def sample(self, row: int) -> int:
        return int(llama_cpp.llama_sampler_sample(self._chain, self._context, row))

    def close(self) -> None:
        if self._chain:
            llama_cpp.llama_sampler_free(self._chain)
            self._chain = None


def _samplers(sampling: Sampling, vocabulary_size: int, memory_tokens: int) -> Iterator[Any]:
    """What changes logits comes first, then the cut to `top_k`, so that all others see few candidates."""
    if sampling.logit_bias:
        yield _bias(sampling.logit_bias, vocabulary_size)
    if sampling.presence_penalty or sampling.frequency_penalty:
        penalties = (1.0, sampling.frequency_penalty, sampling.presence_penalty)
        yield llama_cpp.llama_sampler_init_penalties(vocabulary_size, memory_tokens, *penalties)
    if sampling.temperature == 0:
        yield llama_cpp.llama_sampler_init_greedy()
        return
    yield llama_cpp.llama_sampler_init_top_k(sampling.top_k)
    if sampling.top_p < 1:
        yield llama_cpp.llama_sampler_init_top_p(sampling.top_p, 1)
    if sampling.min_p > 0:
        yield llama_cpp.llama_sampler_init_min_p(sampling.min_p, 1)
    yield llama_cpp.llama_sampler_init_temp(sampling.temperature)
    yield llama_cpp.llama_sampler_init_dist(secrets.randbits(32) if sampling.seed is None else sampling.seed)


def _bias(logit_bias: Mapping[int, float], vocabulary_size: int) -> Any:
    items = [llama_cpp.llama_logit_bias(token, bias) for token, bias in logit_bias.items()]
    biases = (llama_cpp.llama_logit_bias * len(items))(*items)
    pointer = ctypes.cast(biases, ctypes.POINTER(llama_cpp.llama_logit_bias))
    return llama_cpp.llama_sampler_init_logit_bias(vocabulary_size, len(logit_bias), pointer)
