"""A layer's weights, laid out once for the hardware that multiplies with them. It knows no model."""

from collections.abc import Callable
from functools import partial
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

Activation = Literal["none", "relu", "gelu", "gelu_tanh"]
Linear = Callable[[Tensor], Tensor]
Gated = Callable[[Tensor, Tensor], Tensor]

# What oneDNN calls them: the operation that ends the product, and how it is computed.
_EPILOGUES = {"none": ("none", ""), "relu": ("relu", ""), "gelu": ("gelu", "none"), "gelu_tanh": ("gelu", "tanh")}
_ACTIVATIONS: dict[str, Linear] = {
    "relu": functional.relu,
    "gelu": functional.gelu,
    "gelu_tanh": partial(functional.gelu, approximate="tanh"),
}


def linear(weight: Tensor, bias: Tensor | None, dtype: torch.dtype, activation: Activation = "none") -> Linear:
    """`x [rows, in] → activation(x · weightᵀ + bias) [rows, out]`, where `weight` lies."""
    weight = weight.detach().to(dtype).contiguous()
    bias = None if bias is None else bias.detach().to(dtype)
    if weight.device.type == "cpu":
        return _prepacked(torch.ops.mkldnn._reorder_linear_weight(weight), bias, *_EPILOGUES[activation])
    product = partial(functional.linear, weight=weight, bias=bias)
    if activation == "none":
        return product
    return lambda x: _ACTIVATIONS[activation](product(x))


def gated(weight: Tensor, dtype: torch.dtype) -> Gated:
    """`x [rows, in], gate [rows, out] → x · weightᵀ ⊙ gate`, as one operation where there is one."""
    weight = weight.detach().to(dtype).contiguous()
    if weight.device.type != "cpu":
        return lambda x, gate: functional.linear(x, weight) * gate
    laid_out = torch.ops.mkldnn._reorder_linear_weight(weight)

    def multiply(x: Tensor, gate: Tensor) -> Tensor:
        product: Tensor = torch.ops.mkldnn._linear_pointwise.binary(x, gate, laid_out, None, "mul")
        return product

    return multiply


def _prepacked(weight: Tensor, bias: Tensor | None, epilogue: str, algorithm: str) -> Linear:
    def multiply(x: Tensor) -> Tensor:
        product: Tensor = torch.ops.mkldnn._linear_pointwise(x, weight, bias, epilogue, [], algorithm)
        return product

    return multiply
