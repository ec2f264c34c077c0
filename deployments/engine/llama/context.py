"""Weights with a KV cache: the engine's Model, computed by llama.cpp."""

import os
from typing import Literal

import llama_cpp

from deployments.engine.batch import Batch
from deployments.engine.llama import library
from deployments.engine.llama.buffers import BatchBuffers
from deployments.engine.llama.sampler import LlamaSampler
from deployments.engine.llama.weights import Weights
from deployments.engine.model import DecodeError
from deployments.engine.sampling import Sampling
from deployments.errors import ConfigError

_FLASH_ATTENTION = {
    "auto": llama_cpp.LLAMA_FLASH_ATTN_TYPE_AUTO,
    "on": llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED,
    "off": llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED,
}
_NO_ROOM, _FATAL = 1, -1


class LlamaContext:
    """One KV stream per slot, so that an idle conversation costs the others nothing."""

    def __init__(
        self,
        weights: Weights,
        *,
        slots: int,
        context_tokens: int,
        batch_tokens: int,
        threads: int | None = None,
        flash_attention: Literal["auto", "on", "off"] = "auto",
    ) -> None:
        if context_tokens > weights.trained_context_tokens:
            raise ConfigError(
                f"The model was made for {weights.trained_context_tokens} tokens of context, not {context_tokens}. "
                "Lower context_tokens."
            )
        self.weights, self.slots, self.batch_tokens = weights, slots, max(batch_tokens, slots)
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = slots * context_tokens
        parameters.n_seq_max = parameters.n_outputs_max = slots
        parameters.n_batch = parameters.n_ubatch = self.batch_tokens
        parameters.kv_unified = parameters.swa_full = False
        parameters.n_threads = parameters.n_threads_batch = threads or len(os.sched_getaffinity(0))
        parameters.flash_attn_type = _FLASH_ATTENTION[flash_attention]
        parameters.no_perf = True
        self._pointer = llama_cpp.llama_init_from_model(weights.pointer, parameters)
        if not self._pointer:
            raise ConfigError(
                f"llama.cpp cannot hold {slots} conversations of {context_tokens} tokens: {library.first_error()}. "
                "Lower context_tokens or slots."
            )
        self._memory = llama_cpp.llama_get_memory(self._pointer)
        self._buffers = BatchBuffers(self.batch_tokens)
        self.context_tokens = llama_cpp.llama_n_ctx_seq(self._pointer)

    def decode(self, batch: Batch) -> None:
        self._buffers.fill(batch)
        result = llama_cpp.llama_decode(self._pointer, self._buffers.struct)
        llama_cpp.llama_synchronize(self._pointer)
        if result:
            reason = "the KV cache has no room" if result == _NO_ROOM else f"llama_decode returned {result}"
            raise DecodeError(f"{reason} {library.first_error()}".strip(), fatal=result < _FATAL)

    def sampler(self, sampling: Sampling) -> LlamaSampler:
        size = self.weights.vocabulary.size
        return LlamaSampler(self._pointer, sampling, vocabulary_size=size, memory_tokens=self.context_tokens)

    def ends(self, token: int) -> bool:
        return token in self.weights.vocabulary.ends

    def can_rewind(self, slot: int, length: int) -> bool:
        """A sliding-window layer forgets what left its window; going back behind that computes nonsense in silence."""
        window = self.weights.window
        oldest = llama_cpp.llama_memory_seq_pos_min(self._memory, slot)
        newest = llama_cpp.llama_memory_seq_pos_max(self._memory, slot)
        return window == 0 or length == newest + 1 or oldest <= max(0, length - window + 1)

    def rewind(self, slot: int, length: int) -> None:
        llama_cpp.llama_memory_seq_rm(self._memory, slot, length, -1)

    def close(self) -> None:
        """Frees the context and its weights."""
        if self._pointer:
            llama_cpp.llama_free(self._pointer)
            self._pointer = None
        self.weights.close()
