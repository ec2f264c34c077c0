"""The stand-in behaves like a model as far as ranking goes."""

import numpy as np

from tests.summary.extractive.words import embed


async def test_vectors_have_length_one_and_alike_texts_are_near():
    """As the protocol asks, and as the name says."""
    vectors = await embed(["the cat sat", "The cat sat!", "stocks fell sharply"])

    assert (3, 512) == vectors.shape
    assert np.float32 == vectors.dtype
    assert np.allclose([[1, 1, 0], [1, 1, 0], [0, 0, 1]], vectors @ vectors.T, atol=1e-6)
