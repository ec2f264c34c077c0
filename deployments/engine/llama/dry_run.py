"""What a model will need in bytes, found by llama.cpp itself on a load that allocates nothing.

It reads the file's header, lays out weights, KV caches and compute graphs as it would for real, and says their sizes.
So windows, shared layers, quantised caches and flash attention are all as they will be. The sizes are in its log alone.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llama_cpp

from deployments.engine.llama import library
from deployments.engine.llama.parameters import Placement, Shape
from deployments.engine.llama.weights import load
from deployments.errors import ConfigError

MIB = 1024 * 1024
_CACHE = re.compile(r"(?<!buffer )size = +([\d.]+) MiB")
_BUFFER = re.compile(r"(\S+) +(?:compute|output) buffer size = +([\d.]+) MiB")


@dataclass(frozen=True, slots=True)
class Bytes:
    """In one kind of memory."""

    weights: int = 0
    conversations: int = 0
    buffers: int = 0

    @property
    def total(self) -> int:
        return self.weights + self.conversations + self.buffers


@dataclass(frozen=True, slots=True)
class Need:
    ram: Bytes
    gpu: Bytes


class DryRun:
    """A model without its weights. `is_offloaded` says whether there is a GPU that could hold some of it."""

    def __init__(self, pointer: Any, placement: Placement, *, is_offloaded: bool) -> None:
        self._pointer = pointer
        self._gpu_layers = placement.gpu_layers if is_offloaded else 0
        self.trained_context_tokens = int(llama_cpp.llama_model_n_ctx_train(pointer))

    def need(self, shape: Shape, context_tokens: int) -> Need:
        """Raises ConfigError when llama.cpp refuses such a context."""
        with library.overheard() as lines:
            context = llama_cpp.llama_init_from_model(self._pointer, shape.parameters(context_tokens))
        if not context:
            raise ConfigError(f"llama.cpp cannot hold such conversations: {library.first_error()}.")
        llama_cpp.llama_free(context)
        weights = int(llama_cpp.llama_model_size(self._pointer))
        conversations = sum(_bytes(match[1]) for line in lines if (match := _CACHE.search(line)))
        ram, gpu = _buffers(lines)
        if self._gpu_layers and not llama_cpp.llama_supports_gpu_offload():  # it computes for a machine with GPUs
            ram, gpu = 0, ram
        weights_there, conversations_there = self._shares()
        on_gpu = Bytes(int(weights * weights_there), int(conversations * conversations_there), gpu)
        in_ram = Bytes(weights - on_gpu.weights, conversations - on_gpu.conversations, ram)
        return Need(in_ram, on_gpu)

    def _shares(self) -> tuple[float, float]:
        """Of weights and caches that lie on GPUs. The output counts as a layer, and is the first to go there."""
        layers = int(llama_cpp.llama_model_n_layer(self._pointer))
        there = layers + 1 if self._gpu_layers < 0 else min(self._gpu_layers, layers + 1)
        return there / (layers + 1), max(0, there - 1) / layers


@contextmanager
def dry_run(path: Path, placement: Placement, *, is_offloaded: bool) -> Iterator[DryRun]:
    """Raises ConfigError when the file is no model, or not a whole one."""
    parameters = placement.parameters()
    parameters.no_alloc, parameters.load_mode = True, llama_cpp.LLAMA_LOAD_MODE_NONE  # mapping it would abort
    pointer = load(path, parameters)
    try:
        yield DryRun(pointer, placement, is_offloaded=is_offloaded)
    finally:
        llama_cpp.llama_model_free(pointer)


def _buffers(lines: list[str]) -> tuple[int, int]:
    """In RAM and on GPUs. A GPU's `_Host` buffer is RAM."""
    found = [(match[1], _bytes(match[2])) for line in lines if (match := _BUFFER.search(line))]
    ram = sum(size for name, size in found if name.startswith("CPU") or name.endswith("_Host"))
    return ram, sum(size for _, size in found) - ram


def _bytes(mib: str) -> int:
    return int(float(mib) * MIB)
