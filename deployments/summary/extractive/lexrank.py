"""LexRank: a sentence is central when it is like many sentences that are central. It knows vectors, not words."""

import numpy as np
from numpy.typing import NDArray

_DAMPING = 0.85
_THRESHOLD = 0.1
_ENOUGH = 1e-6
_MAX_STEPS = 100
_SAME = 0.9


def central(vectors: NDArray[np.float32]) -> list[int]:
    """Rows, most central first, of unit vectors. A row that nearly repeats one before it is left out."""
    directions = np.nan_to_num(vectors)  # a text of nothing that the model knows has none
    similarity = directions @ directions.T
    ranking = np.argsort(-_scores(similarity).round(6), kind="stable")  # rounding errors decide nothing
    chosen: list[int] = []
    for row in ranking.tolist():
        if not chosen or similarity[row, chosen].max() < _SAME:
            chosen.append(row)
    return chosen


def _scores(similarity: NDArray[np.float32]) -> NDArray[np.float64]:
    """The stationary distribution of a walk from sentence to similar sentence, found by power iteration."""
    weights = np.where(similarity >= _THRESHOLD, similarity, 0).astype(np.float64)
    np.fill_diagonal(weights, 0)
    weights[~weights.any(axis=1)] = 1  # from a sentence like no other the walk goes on anywhere
    walk = weights / weights.sum(axis=1, keepdims=True)
    count = len(walk)
    scores = np.full(count, 1 / count)
    for _ in range(_MAX_STEPS):
        before, scores = scores, (1 - _DAMPING) / count + _DAMPING * scores @ walk
        if np.abs(scores - before).sum() < _ENOUGH:
            break
    return scores
