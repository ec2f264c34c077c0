"""Attention within each text of a packed matrix on a GPU, by torch's flash kernels for variable lengths."""

import torch
from torch import Tensor
from torch.nn.attention.varlen import varlen_attn

from deployments.embedding.packed.heads import Heads
from deployments.embedding.packed.layout import Layout

WIDEST_HEAD = 256
FIRST_CAPABILITY = (8, 0)  # Ampere


def attend_varlen(qkv: Tensor, layout: Layout, heads: Heads, *, is_windowed: bool = False) -> Tensor:
    """As `attend` does; kernels leave out the padding and what no window shows."""
    query, key, value = torch.split(qkv[: layout.tokens], [heads.queries, heads.keys, heads.keys], dim=1)
    reach = layout.window - 1 if is_windowed and layout.window else -1
    seen = varlen_attn(
        query,
        key,
        value,
        layout.offsets,
        layout.offsets,
        layout.longest,
        layout.longest,
        scale=1.0,  # the queries are scaled
        window_size=(reach, reach),
        enable_gqa=heads.shared > 1,
    )
    assert isinstance(seen, Tensor)
    out = qkv.new_zeros(layout.rows, heads.queries * heads.width)
    out[: layout.tokens] = seen.flatten(1)
    return out


def lacks_kernels(width: int, dtype: torch.dtype) -> str | None:
    """Why a GPU cannot do it; None: it can."""
    if dtype != torch.bfloat16:
        return f"flash attention computes in bfloat16, not {dtype}"
    if torch.cuda.get_device_capability() < FIRST_CAPABILITY:
        return "this GPU has no flash attention"
    if width > WIDEST_HEAD or width % 8:
        return f"flash attention does not know heads of {width} numbers"
    return None
