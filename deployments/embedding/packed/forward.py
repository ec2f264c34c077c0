"""A sentence-transformers model whose transformer runs packed; what follows is the library's own. It checks nothing."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Protocol

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Transformer
from torch import Tensor
from transformers import BertModel, Gemma3TextModel, RobertaModel, XLMRobertaModel

from deployments.embedding.packed.attention import Attend, attend
from deployments.embedding.packed.bert import ACTIVATIONS, PackedBert
from deployments.embedding.packed.gemma import PackedGemma
from deployments.embedding.packed.layout import Layout, to_device
from deployments.embedding.packed.varlen import attend_varlen, lacks_kernels

TORCH = "2.13."  # oneDNN's operations are private to torch


class CannotPack(Exception):
    """The model or the machine is not one that this knows; the message is why."""


class Encoder(Protocol):
    dtype: torch.dtype
    window: int | None

    def __call__(self, ids: Tensor, layout: Layout) -> Tensor: ...


class PackedForward:
    """Token ids of several texts → a row each, in float32."""

    def __init__(self, encoder: Encoder, modules: Sequence[Any], device: torch.device) -> None:
        self._encoder = encoder
        self._modules = modules
        self._device = device

    @classmethod
    def of(cls, model: SentenceTransformer, dtype: torch.dtype, max_tokens: int) -> "PackedForward":
        """Where the model lies. Raises CannotPack."""
        encoder = _encoder(model, dtype, max_tokens, _attention(model, dtype))
        return cls(encoder, [deepcopy(module).float() for module in list(model)[1:]], model.device)

    def __call__(self, batch: Sequence[Sequence[int]]) -> Tensor:
        order = sorted(range(len(batch)), key=lambda i: -len(batch[i]))
        lengths, encoder = [len(batch[i]) for i in order], self._encoder
        layout = Layout.of(lengths, window=encoder.window, dtype=encoder.dtype, device=self._device)
        ids = to_device(torch.tensor([token for i in order for token in batch[i]]), self._device)
        hidden = encoder(ids, layout)[: layout.tokens]
        rows = self._pool(hidden, layout)
        return rows[torch.tensor(order).argsort()]

    def _pool(self, hidden: Tensor, layout: Layout) -> Tensor:
        """As the library itself pools where a GPU's attention takes no padding: by the texts' offsets."""
        features: dict[str, Any] = {
            "token_embeddings": hidden[None],
            "cu_seq_lens_q": layout.offsets,
            "seq_idx": layout.texts[None],
        }
        for module in self._modules:
            features = module(features)
        rows: Tensor = features["sentence_embedding"]
        return rows


def _attention(model: SentenceTransformer, dtype: torch.dtype) -> Attend:
    """That of the device."""
    version, device = torch.__version__, model.device.type
    _require(version.startswith(TORCH), f"torch {version} is not the version whose operations are known, {TORCH}x")
    if device == "cpu":
        _require(bool(torch._C._has_mkldnn), "torch was built without oneDNN")
        return attend
    _require(device == "cuda", f"it is not known how to do it on {device}")
    lack = lacks_kernels(_head_width(model.config), dtype)
    _require(lack is None, lack or "")
    return attend_varlen


def _head_width(config: Any) -> int:
    return getattr(config, "head_dim", None) or int(config.hidden_size // config.num_attention_heads)


def _encoder(model: SentenceTransformer, dtype: torch.dtype, max_tokens: int, attend: Attend) -> Encoder:
    transformer = model[0]
    assert isinstance(transformer, Transformer)
    network = transformer.model
    config = network.config
    if type(network) is Gemma3TextModel:
        _require(bool(config.use_bidirectional_attention), "it reads from left to right only")
        _require(config.hidden_activation == "gelu_pytorch_tanh", f"its activation is {config.hidden_activation}")
        _require(not config.attention_bias, "its attention has biases")
        _require(config.attn_logit_softcapping is None, "its scores are capped")
        return PackedGemma(network, dtype, max_tokens, attend)
    if type(network) in (BertModel, RobertaModel, XLMRobertaModel):
        _require(not config.is_decoder, "it is a decoder")
        _require(config.hidden_act in ACTIVATIONS, f"its activation is {config.hidden_act}")
        return PackedBert(network, dtype, attend)
    raise CannotPack(f"{type(network).__name__} is not an architecture that it knows")


def _require(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise CannotPack(otherwise)
