"""Arithmetic on embedding vectors, always in float32. It knows no model."""

import base64
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


def unit(vectors: Vectors) -> Vectors:
    """Each row at length 1; a row without a direction becomes NaN."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rows: Vectors = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return rows


def cut(vectors: Vectors, dimension: int) -> Vectors:
    """The first `dimension` numbers of each row, at length 1 again."""
    assert 0 < dimension <= vectors.shape[-1]
    return unit(vectors[..., :dimension])


def mean(vectors: Sequence[Vectors], weights: Sequence[int]) -> Vectors:
    """The mean direction of several vectors, or a copy of the only one."""
    if len(vectors) == 1:
        return vectors[0].copy()
    return unit(np.average(vectors, axis=0, weights=weights).astype(np.float32))


def likeness(vectors: Vectors, others: Vectors) -> Vectors:
    """The cosine of each row with that of the others, which have length 1 too."""
    cosines: Vectors = np.sum(vectors * others, axis=1)
    return cosines


def base64_of(vector: Vectors) -> str:
    """The bytes of little-endian float32, as OpenAI's `encoding_format=base64` wants them."""
    return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")
