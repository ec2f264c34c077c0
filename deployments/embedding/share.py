"""A model keeps to its fraction of a GPU: it is refused where it cannot, and torch takes no more while it computes."""

from pathlib import Path

import torch

from deployments.config import EmbedderConfig
from deployments.embedding.device import pick_device, pick_dtype
from deployments.embedding.footprint import footprint
from deployments.errors import ConfigError
from deployments.memory import share_of


def keep_to_share(config: EmbedderConfig, folder: Path, fraction: float | None) -> None:
    """Before anything is loaded. Beyond it torch raises its own error, rather than take what is promised to others.

    Raises ConfigError when the fraction is too small for the model.
    """
    if fraction is None or pick_device(config.device) != "cuda":
        return
    total = torch.cuda.get_device_properties(0).total_memory
    share = share_of(total, fraction)
    number_bytes = pick_dtype(config.dtype, "cuda").itemsize
    need = footprint(folder, batch_tokens=config.batch_tokens, number_bytes=number_bytes)
    if lack := need.lack(share):
        raise ConfigError(lack)
    torch.cuda.set_per_process_memory_fraction(share / total)
