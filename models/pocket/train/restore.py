"""A GGUF → the model and the vocabulary that it was written from. Training goes on from what is published."""

from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGUFReader
from numpy.typing import NDArray
from torch import Tensor

from models.pocket.train.export import gguf_name
from models.pocket.train.model import PocketModel, Shape
from models.pocket.train.vocab import CONTROLS, Vocabulary


def restore(path: Path) -> tuple[PocketModel, Vocabulary]:
    reader = GGUFReader(path)
    model = PocketModel(_shape(reader))
    stored = {tensor.name: tensor.data for tensor in reader.tensors}
    model.load_state_dict({name: _weight(stored[gguf_name(name)], like) for name, like in model.state_dict().items()})
    tokens, merges = (_value(reader, f"tokenizer.ggml.{key}") for key in ("tokens", "merges"))
    return model, Vocabulary.of(tokens[: -len(CONTROLS)], merges)


def _shape(reader: GGUFReader) -> Shape:
    def number(key: str) -> int:
        return int(_value(reader, f"{gguf.MODEL_ARCH_NAMES[gguf.MODEL_ARCH.GPT_OSS]}.{key}"))

    return Shape(
        vocabulary=len(_value(reader, "tokenizer.ggml.tokens")),
        layers=number("block_count"),
        width=number("embedding_length"),
        heads=number("attention.head_count"),
        kv_heads=number("attention.head_count_kv"),
        head_width=number("attention.key_length"),
        experts=number("expert_count"),
        experts_used=number("expert_used_count"),
        expert_width=number("expert_feed_forward_length"),
        window=number("attention.sliding_window"),
    )


def _weight(stored: NDArray[np.float32 | np.float16], like: Tensor) -> Tensor:
    """The other way round than it was written: experts lie side by side again where the model has them so."""
    values = torch.from_numpy(np.array(stored, np.float32))
    if values.dim() == 3 and values.shape[1] == like.shape[0]:  # [expert, width, inner], which is `down`
        values = values.transpose(0, 1)
    return values.reshape(like.shape)


def _value(reader: GGUFReader, key: str) -> list[str] | int:
    field = reader.get_field(key)
    assert field, f"{key} is missing"
    return field.contents()
