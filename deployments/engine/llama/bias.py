"""What a request adds to the logits of some tokens."""

from collections.abc import Mapping

import numpy as np


class Bias:
    """Of tokens that the vocabulary has; others have no logit to change.

    llama.cpp's own looks through all its tokens for each candidate, once there are fewer candidates than tokens.
    """

    def __init__(self, biases: Mapping[int, float], vocabulary_size: int) -> None:
        known = {token: bias for token, bias in biases.items() if 0 <= token < vocabulary_size}
        self._tokens, self._values = np.array(list(known), np.int64), np.array(list(known.values()), np.float32)

    def added_to(self, logits: np.ndarray) -> np.ndarray:
        biased = logits.copy()
        biased[self._tokens] += self._values
        return biased
