"""What a GPU's kernels are told means what the CPU's products compute."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from torch import Tensor
from torch.nn.attention import varlen

from deployments.embedding.packed import forward
from deployments.embedding.packed.forward import PackedForward
from deployments.embedding.packed.varlen import attend_varlen
from tests.embedding.egemma import WINDOW
from tests.embedding.packed.test_forward import few, lengths, rows, texts


@pytest.fixture(scope="module", autouse=True)
def _kernel():
    """In place of the flash kernel, which no CPU has: what its documentation says of it, in plain words."""

    @varlen._varlen_attn.register_kernel("cpu")
    def plain(query, key, value, starts, _, longest, __, causal=False, scale=None, window=None, gqa=False, *rest):
        assert not causal
        assert gqa == (query.shape[1] != key.shape[1])
        assert longest == starts.diff().max()
        shared = query.shape[1] // key.shape[1]
        parts = [
            _attention(
                query[a:b],
                key[a:b].repeat_interleave(shared, 1),
                value[a:b].repeat_interleave(shared, 1),
                scale,
                window,
            )
            for a, b in pairwise(starts.tolist())
        ]
        return torch.cat(parts), query.new_empty(0), query.new_empty(0)


def _attention(query: Tensor, key: Tensor, value: Tensor, scale: float, window: list[int]) -> Tensor:
    """A window of (left, right) shows so many tokens on either side; -1: all."""
    scores = torch.einsum("qhd,khd->hqk", query, key) * scale
    distance = torch.arange(len(key)) - torch.arange(len(query))[:, None]
    left, right = (len(key) if side < 0 else side for side in window)
    scores = scores.masked_fill((distance < -left) | (distance > right), -torch.inf)
    return torch.einsum("hqk,khd->qhd", scores.softmax(-1), value)


@few
@given(sizes=lengths)
def test_the_kernels_are_told_what_the_cpu_computes(model, sizes):
    """Windows, shared keys, scale, offsets."""
    packed = PackedForward.of(model, torch.float32, WINDOW)
    on_gpu = forward._encoder(model, torch.float32, WINDOW, attend_varlen)
    told = PackedForward(on_gpu, packed._modules, torch.device("cpu"))

    np.testing.assert_allclose(rows(told, texts(sizes)), rows(packed, texts(sizes)), atol=1e-5)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
def test_a_gpu_gives_the_directions_of_the_cpu(egemma_folder):
    """In bfloat16, packed."""
    from deployments.config import EmbedderConfig
    from deployments.embedding.vectors import likeness
    from tests.embedding.test_encoder import load

    on_gpu = load(egemma_folder, EmbedderConfig(device="cuda"))
    batch = texts([3, 700, 41, 256, 2048])

    assert on_gpu.is_packed, on_gpu.remark
    assert likeness(on_gpu.encode(batch), load(egemma_folder).encode(batch)).min() > 0.999
