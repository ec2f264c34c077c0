"""What a model is computed on and in: device, number type, threads. It knows no model."""

from typing import Literal

import torch

from deployments.errors import ConfigError

Device = Literal["auto", "cpu", "cuda", "mps"]
DType = Literal["auto", "float32", "bfloat16"]


def pick_device(wanted: Device) -> str:
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return next(device for device, is_present in present.items() if is_present)
    if not present[wanted]:
        raise ConfigError(f"embedding.device is {wanted}, which this machine does not have; use auto or cpu")
    return wanted


def pick_dtype(wanted: DType, device: str) -> torch.dtype:
    """Never float16: activations of the Gemma family overflow it."""
    if wanted == "auto":
        return torch.bfloat16 if _computes_bfloat16(device) else torch.float32
    return {"float32": torch.float32, "bfloat16": torch.bfloat16}[wanted]


def _computes_bfloat16(device: str) -> bool:
    """Whether the hardware itself does; emulated, it is slower than float32."""
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device == "cpu" and any((torch.cpu._is_avx512_bf16_supported(), torch.cpu._is_amx_tile_supported()))
