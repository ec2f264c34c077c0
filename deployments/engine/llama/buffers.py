"""The memory of a llama_batch, laid out once and filled anew for each decode."""

import ctypes
from typing import Any

import llama_cpp
import numpy as np

from deployments.engine.batch import Batch


class BatchBuffers:
    """Filling numpy arrays is far cheaper than ctypes items: 1.3 µs instead of 760 µs for 2,000 tokens."""

    def __init__(self, capacity: int, outputs: int) -> None:
        self.capacity, self.outputs = capacity, outputs
        self._tokens = np.zeros(capacity, np.int32)
        self._positions = np.zeros(capacity, np.int32)
        self._slots = np.zeros(capacity, np.int32)
        self._slot_counts = np.ones(capacity, np.int32)
        self._slot_pointers = (self._slots.ctypes.data + 4 * np.arange(capacity)).astype(np.uint64)
        self._outputs = np.zeros(capacity, np.int8)
        self.struct = llama_cpp.llama_batch(
            n_tokens=0,
            token=_pointer(self._tokens, llama_cpp.llama_token),
            pos=_pointer(self._positions, llama_cpp.llama_pos),
            n_seq_id=_pointer(self._slot_counts, ctypes.c_int32),
            seq_id=_pointer(self._slot_pointers, ctypes.POINTER(llama_cpp.llama_seq_id)),
            logits=_pointer(self._outputs, ctypes.c_int8),
        )

    def fill(self, batch: Batch) -> None:
        self._check(batch)
        self._outputs[: batch.size] = 0
        end = 0
        for chunk in batch.chunks:
            start, end = end, end + len(chunk.tokens)
            self._tokens[start:end] = chunk.tokens
            self._positions[start:end] = np.arange(chunk.start, chunk.start + len(chunk.tokens))
            self._slots[start:end] = chunk.slot
            self._outputs[end - chunk.outputs : end] = 1
        self.struct.n_tokens = end

    def _check(self, batch: Batch) -> None:
        """At a batch beyond what was laid out, llama.cpp would abort the process."""
        if batch.size > self.capacity:
            raise ValueError(f"a batch of {batch.size} tokens exceeds {self.capacity}")
        outputs = sum(chunk.outputs for chunk in batch.chunks)
        if outputs > self.outputs:
            raise ValueError(f"a batch of {outputs} outputs exceeds {self.outputs}")


def _pointer(array: Any, item: Any) -> Any:
    return array.ctypes.data_as(ctypes.POINTER(item))
