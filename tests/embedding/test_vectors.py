"""Cut, averaged or written down, a vector keeps its direction and has length 1."""

import base64
import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from deployments.embedding.vectors import base64_of, cut, mean, unit

ROWS = arrays(np.float32, (3, 8), elements=st.floats(0.125, 1000, width=32))


@given(ROWS, st.integers(1, 8))
def test_a_cut_vector_has_length_one(rows, dimension):
    """Whatever is left of a vector, its length is 1 and its numbers keep their proportions."""
    short = cut(unit(rows), dimension)

    np.testing.assert_allclose(np.linalg.norm(short, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(short * rows[:, :1], rows[:, :dimension] * short[:, :1], rtol=1e-4)
    assert np.float32 == short.dtype


def test_the_mean_of_one_vector_is_a_copy():
    """It owns its memory, so that keeping it does not keep the batch it came from."""
    batch = unit(np.ones((4, 8), dtype=np.float32))
    only = mean([batch[0]], [7])

    assert batch[0].tolist() == only.tolist()
    assert only.base is None


def test_a_mean_goes_by_the_weights():
    """Three times as many tokens count three times as much."""
    x, y = np.eye(2, dtype=np.float32)

    np.testing.assert_allclose(mean([x, y], [3, 1]), np.array([3, 1]) / np.sqrt(10), rtol=1e-6)


def test_base64_is_little_endian_float32():
    """As OpenAI's SDKs decode it."""
    vector = np.array([0.25, -1.5, 3e-8], dtype=np.float32)

    assert tuple(vector) == struct.unpack("<3f", base64.b64decode(base64_of(vector)))
