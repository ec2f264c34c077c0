"""What an embedding model takes in memory: its weights as its files list them, and a budget for what it computes.

It reads headers and settings; no weight is loaded.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path

from safetensors import safe_open

from deployments.embedding.checkpoint import module_folders
from deployments.memory import size

SCORE_BYTES = 4  # attention is computed in float32 where nothing fuses it
STATES, GATES = 8, 3  # vectors per token that live at once within a layer: of the hidden and of the inner size
UNKNOWN_TOKEN_BYTES = 256 * 1024  # where the settings do not name their sizes


@dataclass(frozen=True, slots=True)
class Footprint:
    """In bytes."""

    weights: int
    activations: int

    @property
    def total(self) -> int:
        return self.weights + self.activations

    def lack(self, share: int) -> str | None:
        """What is missing of a GPU's memory and what would help; None when all is there."""
        if self.total <= share:
            return None
        return (
            f"needs {size(self.total)} (weights {size(self.weights)}, batches {size(self.activations)}), but "
            f"{size(share)} of GPU memory may be used: lower batch_tokens, or reserve more with num_gpus."
        )


def footprint(folder: Path, *, batch_tokens: int, number_bytes: int) -> Footprint:
    """Of a model whose numbers take `number_bytes` each. Raises ConfigError where `folder` holds none."""
    weights = sum(_numbers(module) for module in module_folders(folder)) * number_bytes
    return Footprint(weights, batch_tokens * _token_bytes(folder, number_bytes))


def _numbers(module: Path) -> int:
    """Weights in a folder. A file of pickled ones says nothing before it is read; there they have four bytes each."""
    listed = sum(count for file in module.glob("*.safetensors") for count in _listed(file))
    return listed or sum(file.stat().st_size for file in module.glob("*.bin")) // 4


def _listed(file: Path) -> Iterator[int]:
    with safe_open(file, framework="np") as tensors:
        for name in tensors.keys():  # noqa: SIM118  (it is no dictionary)
            yield prod(tensors.get_slice(name).get_shape())


def _token_bytes(folder: Path, number_bytes: int) -> int:
    """For one token of a batch, in the one layer that is computed at a time."""
    settings = _settings(folder / "config.json")
    sizes = [settings.get(name) for name in ("hidden_size", "intermediate_size", "num_attention_heads")]
    window = _window(folder, settings)
    if not all(sizes) or not window:
        return UNKNOWN_TOKEN_BYTES
    hidden, inner, heads = map(int, sizes)  # type: ignore[arg-type]
    return (STATES * hidden + GATES * inner) * number_bytes + heads * window * SCORE_BYTES


def _window(folder: Path, settings: dict[str, int]) -> int:
    """Tokens of the longest text."""
    limits = (
        settings.get("max_position_embeddings"),
        _settings(folder / "sentence_bert_config.json").get("max_seq_length"),
    )
    return min((limit for limit in limits if limit), default=0)


def _settings(file: Path) -> dict[str, int]:
    try:
        settings: dict[str, int] = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return settings
