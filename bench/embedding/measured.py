"""How long a side takes for each set of texts, and one vector, which shows that it computes what the others do."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.embedding import model

Embed = Callable[[list[str]], Any]  # texts → rows

ENOUGH_S, MOST_TIMES = 5, 15
LIKENESS = 0.99


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds by set, the best of as many times as go into five seconds; `vector` is that of the single text."""

    seconds: Mapping[str, float]
    vector: Sequence[float]

    def require_like(self, other: "Measured") -> None:
        """Raises ValueError: times of different computations are no comparison."""
        mine, others = (np.asarray(side.vector) / np.linalg.norm(side.vector) for side in (self, other))
        if not mine @ others > LIKENESS:
            raise ValueError(f"The sides' vectors differ: their cosine is {mine @ others:.4f}")


def measured(embed: Embed) -> Measured:
    """After one text that warms up."""
    [vector] = embed(model.single())
    return Measured({name: _best_s(embed, texts()) for name, texts in model.SETS.items()}, list(vector))


def _best_s(embed: Embed, texts: list[str]) -> float:
    begun, taken = time.perf_counter(), []
    while not taken or (len(taken) < MOST_TIMES and time.perf_counter() - begun < ENOUGH_S):
        started = time.perf_counter()
        embed(texts)
        taken.append(time.perf_counter() - started)
    return min(taken)
