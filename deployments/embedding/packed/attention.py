"""Attention within each text of a packed matrix: products, softmax, products. It knows layouts, no weights."""

from typing import Protocol

import torch
from torch import Tensor

from deployments.embedding.packed.heads import Heads
from deployments.embedding.packed.layout import Block, Group, Layout


class Attend(Protocol):
    def __call__(self, qkv: Tensor, layout: Layout, heads: Heads, *, is_windowed: bool = False) -> Tensor: ...


def attend(qkv: Tensor, layout: Layout, heads: Heads, *, is_windowed: bool = False) -> Tensor:
    """`qkv [rows, heads.total, width]`, queries scaled → `[rows, queries · width]`. Rows beyond the texts are 0."""
    out = qkv.new_empty(layout.rows, heads.queries, heads.width)
    out[layout.tokens :] = 0
    for group in layout.groups:
        _attend(qkv, group, heads, out[group.start : group.end], is_windowed=is_windowed)
    return out.flatten(1)


def _attend(qkv: Tensor, group: Group, heads: Heads, out: Tensor, *, is_windowed: bool) -> None:
    """Of one group, into its rows of `out`."""
    rows = qkv[group.start : group.end] if group.gather is None else qkv[group.gather]
    parts = rows.view(group.count, group.width, heads.total, heads.width)
    query, key, value = torch.split(parts, [heads.queries, heads.keys, heads.keys], dim=2)
    if group.real is not None:
        out[:] = _softmax_attention(query, key, value, group.hidden).flatten(0, 1)[group.real]
        return
    seen = out.view(query.shape)
    if not (is_windowed and group.blocks):
        seen[:] = _softmax_attention(query, key, value)
        return
    for block in group.blocks:
        seen[:, block.start : block.end] = _seen(query, key, value, block)


def _seen(query: Tensor, key: Tensor, value: Tensor, block: Block) -> Tensor:
    keys = slice(block.low, block.high)
    return _softmax_attention(query[:, block.start : block.end], key[:, keys], value[:, keys], block.hidden)


def _softmax_attention(query: Tensor, key: Tensor, value: Tensor, hidden: Tensor | None = None) -> Tensor:
    """`query [texts, n, heads, width]`, `key` and `value [texts, m, key heads, width]` → like `query`.

    The heads that share keys become one product with them.
    """
    texts, n, queries, width = query.shape
    m, keys = key.shape[1:3]
    stacked = query.view(texts, n, keys, -1, width).permute(0, 2, 3, 1, 4).reshape(texts * keys, -1, width)
    scores = torch.bmm(stacked, key.transpose(1, 2).reshape(texts * keys, m, width).transpose(1, 2))
    if hidden is not None:
        scores.view(texts, -1, hidden.shape[-2], m).add_(hidden.view(-1, 1, hidden.shape[-2], m))
    seen = torch.bmm(torch.softmax(scores, -1), value.transpose(1, 2).reshape(texts * keys, m, width))
    return seen.view(texts, queries, n, width).transpose(1, 2)
