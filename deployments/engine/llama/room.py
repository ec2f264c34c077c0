"""What memory there is to take, in bytes: RAM within the limits of control groups, and the share of the GPUs."""

import ctypes
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from llama_cpp._ggml import libggml

from deployments.engine.llama import library
from deployments.engine.llama.parameters import Placement
from deployments.memory import CONTEXT_BYTES, share_of

_GPU, _INTEGRATED_GPU = 1, 2  # enum ggml_backend_dev_type
_PROC, _GROUPS = Path("/proc"), Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Gpu:
    """One device, in bytes."""

    free: int
    total: int

    @classmethod
    def unused(cls, total: int) -> "Gpu":
        """As a process finds it that has it to itself."""
        return cls(total - CONTEXT_BYTES, total)

    def share(self, fraction: float | None) -> int:
        """What a process may take of it; from 1 on, and None, all that is free."""
        return self.free if fraction is None or fraction >= 1 else min(self.free, share_of(self.total, fraction))


@dataclass(frozen=True, slots=True)
class Room:
    """In bytes. `gpu_free` None: no GPU is there, or none is to be used."""

    ram_total: int
    ram_free: int
    gpu_free: int | None = None

    @classmethod
    def here(cls, placement: Placement, *, gpu_fraction: float | None = None) -> "Room":
        """`gpu_fraction` is what may be taken of each GPU's memory; from 1 on, and None, all that is free."""
        return cls(*ram(), None if placement.gpu_layers == 0 else on_gpus(gpus(), placement, gpu_fraction))


def on_gpus(devices: Sequence[Gpu], placement: Placement, fraction: float | None) -> int | None:
    """What a model may take of all devices together, where it is spread over them as `placement` says."""
    usable = [gpu.share(fraction) for gpu in devices]
    if not usable:
        return None
    if placement.split_mode == "none":
        return usable[placement.main_gpu] if placement.main_gpu < len(usable) else 0
    split = placement.tensor_split
    if not split:
        return sum(usable)
    parts = [(mine, usable[i] if i < len(usable) else 0) for i, mine in enumerate(split) if mine]
    return min(int(there * sum(split) / mine) for mine, there in parts)


def gpus() -> list[Gpu]:
    """Those that llama.cpp would use: integrated ones only where there is no other."""
    library.start()
    devices = [ctypes.c_void_p(_get(i)) for i in range(_count())]
    found = [device for device in devices if _type(device) == _GPU]
    found = found or [device for device in devices if _type(device) == _INTEGRATED_GPU]
    return [_memory(device) for device in found]


def ram(proc: Path = _PROC, groups: Path = _GROUPS) -> tuple[int, int]:
    """(total, free) of the machine, or of the tightest control group around this process."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    free = total  # where nobody says better
    for line in _read(proc / "meminfo").splitlines():
        if line.startswith("MemAvailable:"):
            free = int(line.split()[1]) * 1024
    for limit, used in _limits(proc, groups):
        total, free = min(total, limit), min(free, max(0, limit - used))
    return total, free


def _limits(proc: Path, groups: Path) -> Iterator[tuple[int, int]]:
    """(limit, used) of each control group from this process's own up to the root. Page cache is not used."""
    for line in _read(proc / "self/cgroup").splitlines():
        _, controllers, name = line.split(":", 2)
        if controllers not in ("", "memory"):
            continue
        root = groups / controllers
        limit_file, usage_file = (
            ("memory.limit_in_bytes", "memory.usage_in_bytes") if controllers else ("memory.max", "memory.current")
        )
        own = root / name.strip("/")
        for group in (own, *(parent for parent in own.parents if parent.is_relative_to(root))):
            limit, used = _read(group / limit_file).strip(), _read(group / usage_file).strip()
            if limit.isdecimal() and used.isdecimal():
                yield int(limit), int(used) - _page_cache(group)


def _page_cache(group: Path) -> int:
    """What the kernel takes back from the group before it runs out."""
    lines = (line.split() for line in _read(group / "memory.stat").splitlines())
    statistics = {name: int(value) for name, value in lines}
    return statistics.get("total_inactive_file", statistics.get("inactive_file", 0))


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


_count, _get = libggml.ggml_backend_dev_count, libggml.ggml_backend_dev_get
_count.argtypes, _count.restype = [], ctypes.c_size_t
_get.argtypes, _get.restype = [ctypes.c_size_t], ctypes.c_void_p
_type, _query = libggml.ggml_backend_dev_type, libggml.ggml_backend_dev_memory
_type.argtypes, _type.restype = [ctypes.c_void_p], ctypes.c_int
_query.argtypes, _query.restype = [ctypes.c_void_p] + 2 * [ctypes.POINTER(ctypes.c_size_t)], None


def _memory(device: ctypes.c_void_p) -> Gpu:
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    _query(device, ctypes.byref(free), ctypes.byref(total))
    return Gpu(free.value, total.value)
