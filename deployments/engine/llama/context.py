"""Weights with a KV cache: the engine's Model, computed by llama.cpp."""

import ctypes
from typing import Any

import llama_cpp

from deployments.engine.batch import Batch
from deployments.engine.constraint import Constraint
from deployments.engine.llama import library
from deployments.engine.llama.buffers import BatchBuffers
from deployments.engine.llama.parameters import Shape
from deployments.engine.llama.sampler import LlamaSampler
from deployments.engine.llama.weights import Weights
from deployments.engine.model import DecodeError
from deployments.engine.sampling import Sampling
from deployments.errors import ConfigError

_NO_ROOM, _FATAL = 1, -1
_WHOLE, _RECENT = 0, llama_cpp.LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY


class LlamaContext:
    """One KV stream per slot, so that an idle conversation costs the others nothing."""

    def __init__(self, weights: Weights, shape: Shape, *, context_tokens: int) -> None:
        """Raises ConfigError when the model cannot have such a context."""
        if context_tokens > weights.trained_context_tokens:
            raise ConfigError(
                f"The model was made for {weights.trained_context_tokens} tokens of context, not {context_tokens}. "
                "Lower context_tokens."
            )
        self.weights, self.slots, self.batch_tokens = weights, shape.slots, shape.step_tokens
        self._pointer = llama_cpp.llama_init_from_model(weights.pointer, shape.parameters(context_tokens))
        if not self._pointer:
            what = f"{shape.slots} conversations of {context_tokens} tokens"
            raise ConfigError(f"llama.cpp cannot hold {what}: {library.first_error()}. Lower context_tokens or slots.")
        self._memory = llama_cpp.llama_get_memory(self._pointer)
        self._buffers = BatchBuffers(self.batch_tokens, shape.outputs)
        self.threads = int(llama_cpp.llama_n_threads(self._pointer))
        self.draft_tokens = 0 if weights.is_recurrent else shape.draft_tokens
        self.context_tokens = llama_cpp.llama_n_ctx_seq(self._pointer)

    def decode(self, batch: Batch) -> None:
        self._buffers.fill(batch)
        result = llama_cpp.llama_decode(self._pointer, self._buffers.struct)
        llama_cpp.llama_synchronize(self._pointer)
        if result:
            reason = "the KV cache has no room" if result == _NO_ROOM else f"llama_decode returned {result}"
            raise DecodeError(f"{reason} {library.first_error()}".strip(), fatal=result < _FATAL)
        self._settle(batch)

    def _settle(self, batch: Batch) -> None:
        """The first look at the logits puts them in order; after it, threads may read them side by side."""
        for _, rows in batch.sampled[:1]:
            llama_cpp.llama_get_logits_ith(self._pointer, rows[0])

    @property
    def vocabulary_size(self) -> int:
        return int(self.weights.vocabulary.size)

    def sampler(self, sampling: Sampling, constraint: Constraint | None = None) -> LlamaSampler:
        return LlamaSampler(
            self._pointer,
            sampling,
            constraint,
            vocabulary_size=self.vocabulary_size,
            memory_tokens=self.context_tokens,
        )

    def ends(self, token: int) -> bool:
        return token in self.weights.vocabulary.ends

    def reach(self, slot: int) -> int:
        """A sliding-window layer forgets what left its window; going back behind that computes nonsense in silence."""
        if self.weights.is_recurrent:
            return int(llama_cpp.llama_memory_seq_pos_max(self._memory, slot)) + 1
        oldest = int(llama_cpp.llama_memory_seq_pos_min(self._memory, slot))
        return oldest + self.weights.window - 1 if self.weights.window and oldest > 0 else 0

    def saved_reach(self, length: int) -> int:
        """llama.cpp saves as many tokens as the window has, one more than the next token looks at."""
        if self.weights.is_recurrent:
            return length
        return length - 1 if length > self.weights.window > 0 else 0

    def rewind(self, slot: int, length: int) -> None:
        llama_cpp.llama_memory_seq_rm(self._memory, slot, length, -1)

    def save(self, slot: int, most: int) -> bytearray | None:
        return self._save(slot, most, _WHOLE)

    def restore(self, slot: int, state: bytearray) -> bool:
        return self._restore(slot, state, _WHOLE)

    def save_recent(self, slot: int, most: int) -> bytearray | None:
        return self._save(slot, most, _RECENT)

    def restore_recent(self, slot: int, state: bytearray) -> bool:
        return self._restore(slot, state, _RECENT)

    def _save(self, slot: int, most: int, flags: int) -> bytearray | None:
        size = llama_cpp.llama_state_seq_get_size_ext(self._pointer, slot, flags)
        if size > most:
            return None
        state = bytearray(size)
        copied = llama_cpp.llama_state_seq_get_data_ext(self._pointer, _bytes(state), len(state), slot, flags)
        del state[copied:]
        return state

    def _restore(self, slot: int, state: bytearray, flags: int) -> bool:
        return bool(llama_cpp.llama_state_seq_set_data_ext(self._pointer, _bytes(state), len(state), slot, flags))

    def close(self) -> None:
        """Frees the context and its weights."""
        if self._pointer:
            llama_cpp.llama_free(self._pointer)
            self._pointer = None
        self.weights.close()


def _bytes(state: bytearray) -> Any:
    return (ctypes.c_uint8 * len(state)).from_buffer(state)
