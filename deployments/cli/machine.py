"""A machine, or a cluster taken as one: this one, or one that is only described. It knows no deployment."""

import re
from dataclasses import dataclass
from typing import Any

import ray
from pydantic import ByteSize, TypeAdapter, ValidationError
from ray._common.utils import get_system_memory
from ray._private.accelerators import NvidiaGPUAcceleratorManager
from ray._private.thirdparty import pynvml

from deployments.cores import usable_cores
from deployments.errors import ConfigError
from deployments.memory import size

_GPUS = re.compile(r"(?:(?P<count>\d+)\s*x\s*)?(?P<size>\d.*)")
_SIZE = TypeAdapter(ByteSize)
_nvml: Any = pynvml  # which is not typed


@dataclass(frozen=True, slots=True)
class Machine:
    """What Ray will have to give. Bytes are None where nobody has said; `gpu_bytes` is of the smallest GPU."""

    cpus: float
    gpus: int
    gpu_bytes: int | None = None
    memory_bytes: int | None = None

    @classmethod
    def here(cls) -> "Machine":
        count = NvidiaGPUAcceleratorManager.get_current_node_num_accelerators()
        return cls(usable_cores(), count, _smallest_here(count), int(get_system_memory()))

    @classmethod
    def of_ray(cls) -> "Machine":
        """Of the Ray that this process has joined, all its nodes together."""
        there: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
        return cls(there.get("CPU", 0), int(there.get("GPU", 0)))

    def __str__(self) -> str:
        gpus = f"{self.gpus} GPU{'' if self.gpus == 1 else 's'}" + (
            f" of {size(self.gpu_bytes)}" if self.gpu_bytes else ""
        )
        memory = f" and {size(self.memory_bytes)} of memory" if self.memory_bytes else ""
        return f"{self.cpus:g} CPUs, {gpus}{memory}"


def described(cpus: float | None, gpus: str | None, memory: str | None) -> Machine:
    """This machine, or another one where it is said to differ. Raises ConfigError."""
    here = Machine.here()
    count, gpu_bytes = (here.gpus, here.gpu_bytes) if gpus is None else parse_gpus(gpus)
    memory_bytes = here.memory_bytes if memory is None else parse_size(memory, "--memory")
    return Machine(here.cpus if cpus is None else cpus, count, gpu_bytes, memory_bytes)


def parse_gpus(text: str) -> tuple[int, int | None]:
    """`2`, `24GiB`, `2x24GiB` or `24GiB,2x48GiB` → how many, and the bytes of the smallest. Raises ConfigError."""
    if text.strip().isdecimal():
        return int(text), None
    parts = [_GPUS.fullmatch(part.strip()) for part in text.split(",")]
    if not all(parts):
        raise ConfigError(f"--gpus: {text!r} should read like 2, 24GiB, 2x24GiB or 24GiB,2x48GiB")
    sizes = [(int(part["count"] or 1), parse_size(part["size"], "--gpus")) for part in parts if part]
    return sum(count for count, _ in sizes), min(size for _, size in sizes)


def parse_size(text: str, option: str) -> int:
    """`24GiB` or `24 GB` → bytes. Raises ConfigError."""
    try:
        return int(_SIZE.validate_python(text.strip()))
    except ValidationError:
        raise ConfigError(f"{option}: {text!r} is no amount of memory, such as 24GiB") from None


def _smallest_here(count: int) -> int | None:
    if not count:
        return None
    _nvml.nvmlInit()
    try:
        handles = [_nvml.nvmlDeviceGetHandleByIndex(i) for i in range(count)]
        return min(int(_nvml.nvmlDeviceGetMemoryInfo(handle).total) for handle in handles)
    finally:
        _nvml.nvmlShutdown()
