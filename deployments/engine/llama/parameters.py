"""llama.cpp's parameter structs, filled from plain settings: the same for the real model and for a dry run of it."""

import ctypes
import math
from dataclasses import dataclass
from typing import Any, Literal

import llama_cpp

from deployments.config import CacheType, SplitMode
from deployments.cores import usable_cores
from deployments.errors import ConfigError

MOST_DRAFT_TOKENS = 32
MOST_SCORES = 8192 * 512  # of one head, of 4 bytes each, while attention is computed

_FLASH_ATTENTION = {
    "auto": llama_cpp.LLAMA_FLASH_ATTN_TYPE_AUTO,
    "on": llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED,
    "off": llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED,
}
_SPLIT_MODES: dict[SplitMode, int] = {
    "none": llama_cpp.LLAMA_SPLIT_MODE_NONE,
    "layer": llama_cpp.LLAMA_SPLIT_MODE_LAYER,
    "row": llama_cpp.LLAMA_SPLIT_MODE_ROW,
}
_CACHE_TYPES: dict[CacheType, int] = {
    "f32": llama_cpp.GGML_TYPE_F32,
    "f16": llama_cpp.GGML_TYPE_F16,
    "bf16": 30,  # GGML_TYPE_BF16, which llama-cpp-python does not name
    "q8_0": llama_cpp.GGML_TYPE_Q8_0,
    "q5_1": llama_cpp.GGML_TYPE_Q5_1,
    "q5_0": llama_cpp.GGML_TYPE_Q5_0,
    "q4_1": llama_cpp.GGML_TYPE_Q4_1,
    "q4_0": llama_cpp.GGML_TYPE_Q4_0,
}


@dataclass(frozen=True, slots=True)
class Placement:
    """Where weights go. `gpu_layers` -1 is all; `tensor_split` holds a share per GPU, which need not add up to 1."""

    gpu_layers: int = -1
    split_mode: SplitMode = "layer"
    main_gpu: int = 0
    tensor_split: tuple[float, ...] | None = None
    use_mmap: bool = True
    use_mlock: bool = False

    def parameters(self) -> Any:
        """Raises ConfigError when the split cannot be one."""
        parameters = llama_cpp.llama_model_default_params()
        parameters.n_gpu_layers = self.gpu_layers
        parameters.split_mode = _SPLIT_MODES[self.split_mode]
        parameters.main_gpu = self.main_gpu
        parameters.load_mode = self._load_mode()
        if self.tensor_split is not None:
            parameters.tensor_split = self._shares(self.tensor_split)
        return parameters

    def _load_mode(self) -> int:
        if self.use_mmap:
            return int(llama_cpp.LLAMA_LOAD_MODE_MMAP_MLOCK if self.use_mlock else llama_cpp.LLAMA_LOAD_MODE_MMAP)
        return int(llama_cpp.LLAMA_LOAD_MODE_MLOCK if self.use_mlock else llama_cpp.LLAMA_LOAD_MODE_NONE)

    @staticmethod
    def _shares(split: tuple[float, ...]) -> Any:
        """One for every device that llama.cpp could have, for it reads them all. The struct keeps the array alive."""
        most = llama_cpp.llama_max_devices()
        if len(split) > most or not all(math.isfinite(share) and share >= 0 for share in split) or not any(split):
            raise ConfigError(f"tensor_split must hold up to {most} shares, none negative and one above 0: {split}.")
        return (ctypes.c_float * most)(*split)


@dataclass(frozen=True, slots=True)
class Shape:
    """How many conversations a context holds, and in which precision. `threads` None is every core there is."""

    slots: int
    batch_tokens: int
    threads: int | None = None
    flash_attention: Literal["auto", "on", "off"] = "auto"
    cache_type_k: CacheType = "f16"
    cache_type_v: CacheType = "f16"

    @property
    def step_tokens(self) -> int:
        """Tokens per decode call at most: every slot may write one."""
        return max(self.batch_tokens, self.slots)

    @property
    def draft_tokens(self) -> int:
        """Guessed tokens per decode call at most. Each of them may have logits, which take memory."""
        return min(MOST_DRAFT_TOKENS, self.step_tokens // 4)

    @property
    def outputs(self) -> int:
        """Tokens per decode call at most whose logits are kept: one of each slot, and those guessed."""
        return self.slots + self.draft_tokens

    def parameters(self, context_tokens: int) -> Any:
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = self.slots * context_tokens
        parameters.n_seq_max = self.slots
        parameters.n_outputs_max = self.outputs
        parameters.n_batch = parameters.n_ubatch = self.step_tokens
        parameters.kv_unified = parameters.swa_full = False
        parameters.n_threads = parameters.n_threads_batch = self.threads or usable_cores()
        parameters.flash_attn_type = _FLASH_ATTENTION[self._flash_attention(context_tokens)]
        parameters.type_k = _CACHE_TYPES[self.cache_type_k]
        parameters.type_v = _CACHE_TYPES[self.cache_type_v]
        parameters.no_perf = True
        return parameters

    def _flash_attention(self, context_tokens: int) -> Literal["auto", "on", "off"]:
        """On CPUs it takes twice as long for a few rows behind a long context, but spares memory for many."""
        is_plain = not any("_" in kind for kind in (self.cache_type_k, self.cache_type_v))
        is_small = context_tokens * self.step_tokens <= MOST_SCORES
        if self.flash_attention == "auto" and is_plain and is_small and not llama_cpp.llama_supports_gpu_offload():
            return "off"
        return self.flash_attention
