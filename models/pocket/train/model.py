"""The gpt-oss architecture, small enough for a CPU: it knows tokens and positions, not text, data or files.

Experts are computed all at once and weighted by a router that gives all but the best few a weight of zero.
For a handful of experts that is two plain matrix products, and the same function as llama.cpp's sparse one.
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

QUERY_BLOCK = 128  # attention's scores are computed for so many positions at a time, up to the last of them
SWIGLU_LIMIT = 7.0  # these two belong to the architecture: ggml's swiglu_oai has them built in
SWIGLU_ALPHA = 1.702


@dataclass(frozen=True, slots=True)
class Shape:
    """Everything that decides the size and the function of a model, apart from its weights."""

    vocabulary: int
    layers: int = 8
    width: int = 192
    heads: int = 6
    kv_heads: int = 2
    head_width: int = 32
    experts: int = 2
    experts_used: int = 2
    expert_width: int = 160
    window: int = 128
    rope_base: float = 150_000.0
    norm_epsilon: float = 1e-5

    def is_sliding(self, layer: int) -> bool:
        return layer % 2 == 0


class PocketModel(nn.Module):
    """What it makes of every position; `output` turns that into logits of the next token.

    Branch 0 is seen by all that follows, another branch by itself alone. Also returned: how unevenly experts were used.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.width, shape.norm_epsilon)
        self.output = nn.Linear(shape.width, shape.vocabulary, bias=False)
        self._start_small()

    def forward(self, tokens: Tensor, positions: Tensor, branches: Tensor) -> tuple[Tensor, Tensor]:
        rotation = rope(positions, self.shape)
        unseen = hidden_from_each_other(branches)
        far = unseen | (positions[:, :, None] - positions[:, None, :] >= self.shape.window)
        masks = {sliding: F.pad(mask, (1, 0))[:, None] for sliding, mask in ((True, far), (False, unseen))}
        hidden, imbalance = self.embedding(tokens), torch.zeros(())
        for i, layer in enumerate(self.layers):
            hidden, uneven = layer(hidden, rotation, masks[self.shape.is_sliding(i)])
            imbalance = imbalance + uneven / self.shape.layers
        return self.norm(hidden), imbalance

    def logits(self, tokens: Tensor) -> Tensor:
        """Of one plain row of tokens, at every position."""
        states, _ = self(tokens[None], torch.arange(len(tokens))[None], torch.zeros_like(tokens)[None])
        logits: Tensor = self.output(states[0])
        return logits

    def _start_small(self) -> None:
        """GPT-2's way: what is added to the residual stream starts smaller the deeper the model is."""
        for name, weight in self.named_parameters():
            if weight.dim() > 1:
                residual = name.endswith(("attention.output.weight", "experts.down.weight"))
                nn.init.normal_(weight, std=0.03 / math.sqrt(2 * self.shape.layers) if residual else 0.03)
            elif name.endswith("bias"):
                nn.init.zeros_(weight)


class Layer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attention_norm = nn.RMSNorm(shape.width, shape.norm_epsilon)
        self.attention = Attention(shape)
        self.experts_norm = nn.RMSNorm(shape.width, shape.norm_epsilon)
        self.experts = Experts(shape)

    def forward(self, hidden: Tensor, rotation: tuple[Tensor, Tensor], mask: Tensor) -> tuple[Tensor, Tensor]:
        hidden = hidden + self.attention(self.attention_norm(hidden), rotation, mask)
        mixed, imbalance = self.experts(self.experts_norm(hidden))
        return hidden + mixed, imbalance


class Attention(nn.Module):
    """Grouped-query attention in which every head may also look at nothing.

    Nothing is a first key and value of zeros, which no mask hides; its score is the head's learned sink.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.query = nn.Linear(shape.width, shape.heads * shape.head_width)
        self.key = nn.Linear(shape.width, shape.kv_heads * shape.head_width)
        self.value = nn.Linear(shape.width, shape.kv_heads * shape.head_width)
        self.output = nn.Linear(shape.heads * shape.head_width, shape.width)
        self.sinks = nn.Parameter(torch.zeros(shape.heads))

    def forward(self, hidden: Tensor, rotation: tuple[Tensor, Tensor], mask: Tensor) -> Tensor:
        query = rotate(self._heads(self.query(hidden)), rotation) / math.sqrt(self.shape.head_width)
        key = F.pad(rotate(self._heads(self.key(hidden)), rotation), (0, 0, 1, 0))
        value = F.pad(self._heads(self.value(hidden)), (0, 0, 1, 0))
        blocks = range(0, hidden.shape[1], QUERY_BLOCK)
        mixed = [self._attend(query[:, :, at : at + QUERY_BLOCK], key, value, mask, at) for at in blocks]
        attended: Tensor = self.output(torch.cat(mixed, 2).transpose(1, 2).flatten(2))
        return attended

    def _attend(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor, at: int) -> Tensor:
        """Of the positions from `at` on, each to those before it; none looks ahead."""
        end = at + query.shape[2]
        scores = (self._grouped(query) @ key[:, :, : end + 1].mT).view(*query.shape[:3], -1)
        weights = softmax_with_sinks(scores, self.sinks, mask[:, :, at:end, : end + 1])
        return (self._grouped(weights) @ value[:, :, : end + 1]).view(query.shape)

    def _heads(self, projected: Tensor) -> Tensor:
        """[row, position, all heads] → [row, head, position, head width]"""
        return projected.view(*projected.shape[:2], -1, self.shape.head_width).transpose(1, 2)

    def _grouped(self, by_head: Tensor) -> Tensor:
        """Heads that share a key head lie one below another."""
        return by_head.reshape(by_head.shape[0], self.shape.kv_heads, -1, by_head.shape[-1])


class SoftmaxWithSinks(torch.autograd.Function):
    """Masking and softmax in place: attention's largest tensor is written once and read once on each way."""

    @staticmethod
    def forward(ctx: Any, scores: Tensor, sinks: Tensor, mask: Tensor) -> Tensor:
        scores.masked_fill_(mask, -torch.inf)
        scores[..., 0] = sinks[:, None]
        weights = scores.softmax(-1)
        ctx.save_for_backward(weights)
        return weights

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor, Tensor, None]:
        (weights,) = ctx.saved_tensors
        gradient = torch.ops.aten._softmax_backward_data(upstream[0], weights, -1, weights.dtype)
        return gradient, gradient[..., 0].sum((0, 2)), None


def softmax_with_sinks(scores: Tensor, sinks: Tensor, mask: Tensor) -> Tensor:
    """The first column, whatever it holds, becomes the head's sink. `scores` are used up."""
    with torch.autocast("cpu", enabled=False):  # it would cast to 32 bits
        weights: Tensor = SoftmaxWithSinks.apply(scores, sinks.to(scores.dtype), mask)  # type: ignore[no-untyped-call]
        return weights


class Experts(nn.Module):
    """A mixture of gated feed-forward networks; rows of `gate`, `up` and columns of `down` lie expert by expert."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        rows = shape.experts * shape.expert_width
        self.router = nn.Linear(shape.width, shape.experts)
        self.gate = nn.Linear(shape.width, rows)
        self.up = nn.Linear(shape.width, rows)
        self.down = nn.Linear(rows, shape.width, bias=False)
        self.down_bias = nn.Parameter(torch.zeros(shape.experts, shape.width))

    def forward(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        logits = self.router(hidden)
        weights = top_softmax(logits, self.shape.experts_used)
        activated = swiglu(self.gate(hidden), self.up(hidden))
        weighted = activated * weights.repeat_interleave(self.shape.expert_width, -1)
        return self.down(weighted) + weights @ self.down_bias, imbalance(logits, weights)


def hidden_from_each_other(branches: Tensor) -> Tensor:
    """[row, looking, looked at]"""
    looked_at = branches[:, None, :]
    return ~((looked_at == 0) | (looked_at == branches[:, :, None])).tril()


def top_softmax(logits: Tensor, count: int) -> Tensor:
    best = logits.topk(count, -1)
    return torch.zeros_like(logits).scatter(-1, best.indices, best.values.softmax(-1))


def swiglu(gate: Tensor, up: Tensor) -> Tensor:
    gate = gate.clamp(max=SWIGLU_LIMIT)
    up = up.clamp(-SWIGLU_LIMIT, SWIGLU_LIMIT)
    return gate * torch.sigmoid(SWIGLU_ALPHA * gate) * (up + 1)


def imbalance(logits: Tensor, weights: Tensor) -> Tensor:
    """The load-balancing loss of Switch Transformers: 1 where all experts are used alike, more where not."""
    chosen = (weights > 0).float().mean((0, 1))
    wanted = logits.softmax(-1).mean((0, 1))
    return (chosen / chosen.sum() * wanted).sum() * logits.shape[-1]


def rope(positions: Tensor, shape: Shape) -> tuple[Tensor, Tensor]:
    half = shape.head_width // 2
    speeds = shape.rope_base ** (-torch.arange(half) / half)
    angles = positions[:, None, :, None] * speeds
    return angles.cos(), angles.sin()


def rotate(heads: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
    cos, sin = rotation
    first, second = heads.chunk(2, -1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)
