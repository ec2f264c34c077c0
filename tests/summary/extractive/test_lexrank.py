"""Central is what is like the rest."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deployments.summary.extractive.lexrank import central


def unit(rows: list[list[float]]) -> np.ndarray:
    vectors = np.array(rows, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_most_typical_comes_first_and_the_stranger_last():
    """Row 1 lies between rows 0 and 2; row 3 is like none."""
    assert [1, 0, 2, 3] == central(unit([[1, 0.2, 0], [1, 1, 0], [0.2, 1, 0], [0, 0, 1]]))


def test_a_repetition_is_left_out():
    """Saying it twice adds nothing."""
    assert [0, 2] == sorted(central(unit([[1, 0], [1, 0.01], [0, 1]])))


def test_a_row_without_direction_does_no_harm():
    """A model may have nothing to say about a text."""
    assert [0, 1] == central(np.array([[1, 0], [np.nan, np.nan]], np.float32))


@given(st.integers(1, 30), st.integers(0, 1000))
def test_rows_are_ranked_once_and_always_alike(count, seed):
    """Whatever the vectors, no row comes twice, and the same vectors have the same ranking."""
    vectors = unit(np.random.default_rng(seed).normal(size=(count, 8)).tolist())
    ranking = central(vectors)

    assert len(ranking) == len(set(ranking))
    assert set(ranking) <= set(range(count))
    assert ranking == central(vectors)
