"""The tokens among which a sampler chain chooses, laid out as llama.cpp wants them."""

import ctypes
from typing import Any

import llama_cpp
import numpy as np

_LAYOUT = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


class Candidates:
    """Filling numpy arrays is far cheaper than ctypes items."""

    def __init__(self, vocabulary_size: int) -> None:
        self._all = np.arange(vocabulary_size, dtype=np.int32)
        self._items = np.zeros(vocabulary_size, _LAYOUT)
        self._array: Any = llama_cpp.llama_token_data_array()

    def choose(self, chain: Any, logits: np.ndarray, allowed: np.ndarray | None = None) -> int:
        """The chain's choice among the `allowed` tokens, one at least; by default among all."""
        ids = self._all if allowed is None else np.flatnonzero(allowed)
        items = self._items[: len(ids)]
        items["id"], items["logit"] = ids, logits if allowed is None else logits[ids]
        self._array.data = items.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_token_data))
        self._array.size, self._array.selected, self._array.sorted = len(ids), -1, False
        llama_cpp.llama_sampler_apply(chain, ctypes.byref(self._array))
        return int(self._array.data[self._array.selected].id)
