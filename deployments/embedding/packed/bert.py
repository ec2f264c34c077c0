"""BERT's encoder, and its relatives that only count positions otherwise, over packed rows. It knows no pooling."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from deployments.embedding.packed.attention import Attend
from deployments.embedding.packed.heads import Heads
from deployments.embedding.packed.layout import Layout
from deployments.embedding.packed.linear import Activation, Linear, linear

ACTIVATIONS: dict[str, Activation] = {
    "gelu": "gelu",
    "gelu_new": "gelu_tanh",
    "gelu_pytorch_tanh": "gelu_tanh",
    "relu": "relu",
}


@dataclass(frozen=True, slots=True)
class Layer:
    """The scale of the scores is part of the queries' weights."""

    qkv: Linear
    out: Linear
    attention_norm: Linear
    up: Linear
    down: Linear
    feed_forward_norm: Linear


class PackedBert:
    """Token ids → hidden states `[rows, hidden]` in float32. `model` is a Bert-, Roberta- or XLMRobertaModel."""

    window: int | None = None

    def __init__(self, model: Any, dtype: torch.dtype, attend: Attend) -> None:
        config, embeddings = model.config, model.embeddings
        self.dtype = dtype
        self._attend_texts = attend
        heads = config.num_attention_heads
        self._heads = Heads(queries=heads, keys=heads, width=config.hidden_size // heads)
        self._padding: int | None = getattr(embeddings, "padding_idx", None)  # Roberta's: positions count from it
        self._words = embeddings.word_embeddings.weight.detach().to(dtype)
        # every token is of the first type
        self._positions = (
            embeddings.position_embeddings.weight.detach() + embeddings.token_type_embeddings.weight[0].detach()
        )
        self._norm = _norm(embeddings.LayerNorm, torch.float32)
        self._layers = [self._layer(layer, ACTIVATIONS[config.hidden_act]) for layer in model.encoder.layer]

    def __call__(self, ids: Tensor, layout: Layout) -> Tensor:
        words = functional.embedding(ids, self._words).float()
        x = self._norm(words + functional.embedding(self._places(ids, layout), self._positions)).to(self.dtype)
        x = functional.pad(x, (0, 0, 0, layout.rows - layout.tokens))
        for layer in self._layers:
            qkv = layer.qkv(x).view(-1, self._heads.total, self._heads.width)
            x = layer.attention_norm(x + layer.out(self._attend_texts(qkv, layout, self._heads)))
            x = layer.feed_forward_norm(x + layer.down(layer.up(x)))
        return x.float()

    def _places(self, ids: Tensor, layout: Layout) -> Tensor:
        """Roberta counts no padding, wherever in a text it stands."""
        if self._padding is None:
            return layout.positions
        is_real = (ids != self._padding).long()
        before = functional.pad(is_real.cumsum(0), (1, 0))
        counted = before[1:] - before[layout.offsets[:-1]][layout.texts]
        return counted * is_real + self._padding

    def _layer(self, layer: Any, activation: Activation) -> Layer:
        attention, dtype, scale = layer.attention.self, self.dtype, self._heads.width**-0.5
        parts = (attention.query, attention.key, attention.value)
        scales = (scale, 1, 1)
        return Layer(
            qkv=linear(
                torch.cat([part.weight * scale for part, scale in zip(parts, scales, strict=True)]),
                torch.cat([part.bias * scale for part, scale in zip(parts, scales, strict=True)]),
                dtype,
            ),
            out=linear(layer.attention.output.dense.weight, layer.attention.output.dense.bias, dtype),
            attention_norm=_norm(layer.attention.output.LayerNorm, dtype),
            up=linear(layer.intermediate.dense.weight, layer.intermediate.dense.bias, dtype, activation),
            down=linear(layer.output.dense.weight, layer.output.dense.bias, dtype),
            feed_forward_norm=_norm(layer.output.LayerNorm, dtype),
        )


def _norm(norm: torch.nn.LayerNorm, dtype: torch.dtype) -> Linear:
    return partial(
        functional.layer_norm,
        normalized_shape=norm.normalized_shape,
        weight=norm.weight.detach().to(dtype),
        bias=norm.bias.detach().to(dtype),
        eps=norm.eps,
    )
