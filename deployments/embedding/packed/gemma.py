"""Gemma 3's text encoder over packed rows, with the weights of transformers' model. It knows no pooling."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers import Gemma3TextConfig, Gemma3TextModel

from deployments.embedding.packed.attention import Attend
from deployments.embedding.packed.heads import Heads
from deployments.embedding.packed.layout import Layout
from deployments.embedding.packed.linear import Gated, Linear, gated, linear


@dataclass(frozen=True, slots=True)
class Layer:
    """Rows are brought to length 1; what makes that a root mean square of 1 is part of the gains that follow.

    Gains of the norms before a product are part of its weights, the scale of the scores is part of `qk_gain`.
    """

    is_windowed: bool
    qkv: Linear
    qk_gain: Tensor
    out: Linear
    attention_gain: Tensor
    gate: Linear
    up: Gated
    down: Linear
    feed_forward_gain: Tensor


class PackedGemma:
    """Token ids → hidden states `[rows, hidden]` in float32."""

    def __init__(self, model: Gemma3TextModel, dtype: torch.dtype, max_tokens: int, attend: Attend) -> None:
        config = model.config
        self.dtype = dtype
        self._attend_texts = attend
        self.window: int | None = config.sliding_window
        self._heads = Heads(config.num_attention_heads, config.num_key_value_heads, config.head_dim)
        self._unit = _unit(config.hidden_size, config.rms_norm_eps, model.device)
        self._unit_head = _unit(config.head_dim, config.rms_norm_eps, model.device)
        self._embedding = model.embed_tokens.weight.detach().to(dtype)
        self._scale = config.hidden_size**0.5
        self._rotations = {
            kind == "sliding_attention": _rotation(model, kind, dtype, max_tokens) for kind in _kinds(config)
        }
        self._layers = [self._layer(model, i) for i in range(config.num_hidden_layers)]
        self._gain = _gain(model.norm)

    def __call__(self, ids: Tensor, layout: Layout) -> Tensor:
        x = (functional.embedding(ids, self._embedding).float() * self._scale).to(self.dtype)
        x = functional.pad(x, (0, 0, 0, layout.rows - layout.tokens))
        places = functional.pad(layout.positions, (0, layout.rows - layout.tokens))
        rotations = {kind: (cos[places], sin[places]) for kind, (cos, sin) in self._rotations.items()}
        for layer in self._layers:
            attended = self._attend(self._unit(x), layer, layout, *rotations[layer.is_windowed])
            x = torch.addcmul(x, self._unit(attended), layer.attention_gain)
            unit = self._unit(x)
            fed = layer.down(layer.up(unit, layer.gate(unit)))
            x = torch.addcmul(x, self._unit(fed), layer.feed_forward_gain)
        return self._unit(x.float()) * self._gain

    def _attend(self, x: Tensor, layer: Layer, layout: Layout, cos: Tensor, sin: Tensor) -> Tensor:
        heads = self._heads
        qkv = layer.qkv(x).view(-1, heads.total, heads.width)
        turned = qkv[:, : heads.queries + heads.keys]
        gained = self._unit_head(turned) * layer.qk_gain
        torch.addcmul(gained * cos, gained.roll(heads.width // 2, -1), sin, out=turned)
        return layer.out(self._attend_texts(qkv, layout, heads, is_windowed=layer.is_windowed))

    def _layer(self, model: Gemma3TextModel, i: int) -> Layer:
        layer: Any = model.layers[i]
        config, dtype = model.config, self.dtype
        attention, before, after = layer.self_attn, _gain(layer.input_layernorm), _gain(layer.pre_feedforward_layernorm)
        query, key = _gain(attention.q_norm) * config.query_pre_attn_scalar**-0.5, _gain(attention.k_norm)
        gains = [query.expand(self._heads.queries, -1), key.expand(self._heads.keys, -1)]
        qkv = [attention.q_proj.weight, attention.k_proj.weight, attention.v_proj.weight]
        return Layer(
            is_windowed=layer.self_attn.is_sliding,
            qkv=linear(torch.cat(qkv) * before, None, dtype),
            qk_gain=torch.cat(gains).to(dtype),
            out=linear(attention.o_proj.weight, None, dtype),
            attention_gain=_gain(layer.post_attention_layernorm).to(dtype),
            gate=linear(layer.mlp.gate_proj.weight * after, None, dtype, "gelu_tanh"),
            up=gated(layer.mlp.up_proj.weight * after, dtype),
            down=linear(layer.mlp.down_proj.weight, None, dtype),
            feed_forward_gain=_gain(layer.post_feedforward_layernorm).to(dtype),
        )


def _unit(width: int, eps: float, device: torch.device) -> Linear:
    """Rows of `width` numbers → rows of length 1, but for `eps`, which is added to their mean square."""
    least = torch.tensor((width * eps) ** 0.5, device=device)

    def unit(x: Tensor) -> Tensor:
        return x / torch.hypot(torch.linalg.vector_norm(x, dim=-1, keepdim=True), least)

    return unit


def _gain(norm: Any) -> Tensor:
    """Of a row of length 1."""
    weight = norm.weight.detach().float()
    gain: Tensor = (1 + weight) * weight.numel() ** 0.5
    return gain


def _kinds(config: Gemma3TextConfig) -> set[str]:
    return set(config.layer_types or ())


def _rotation(model: Gemma3TextModel, kind: str, dtype: torch.dtype, max_tokens: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines `[max_tokens, 1, width]`. A half that is turned back has the sign in its sine."""
    weight = model.embed_tokens.weight
    places = torch.arange(max_tokens, device=weight.device)[None]
    cos, sin = model.rotary_emb(weight.new_empty(0, dtype=torch.float32), places, kind)
    half = sin.shape[-1] // 2
    sign = torch.cat([-sin.new_ones(half), sin.new_ones(half)])
    return cos[0, :, None].to(dtype), (sin * sign)[0, :, None].to(dtype)
