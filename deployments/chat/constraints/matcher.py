"""The place of one sequence in its grammar: the engine's `Constraint` over llguidance."""

import numpy as np
from llguidance import LLMatcher
from numpy.typing import NDArray

from deployments.chat.constraints.source import reason
from deployments.engine.constraint import ConstraintError


class Matcher:
    """Owns the LLMatcher it gets. Ends are its own matter: llguidance sees one only where a grammar names it."""

    def __init__(self, matcher: LLMatcher, *, ends: frozenset[int], vocabulary_size: int) -> None:
        self._matcher = matcher
        self._ends = ends
        self._vocabulary_size = vocabulary_size
        self._has_ended = False

    @property
    def is_complete(self) -> bool:
        return self._has_ended or self._matcher.is_stopped()

    def allows(self, token: int) -> bool:
        if self._has_ended:
            return False
        return self._matcher.validate_tokens([token]) == 1 or self._may_end_with(token)

    def mask(self) -> NDArray[np.bool_]:
        if self._has_ended:
            return np.zeros(self._vocabulary_size, np.bool_)
        bits = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
        self._check()
        mask = np.unpackbits(bits, count=self._vocabulary_size, bitorder="little").view(np.bool_)
        if self._matcher.is_accepting():
            mask[list(self._ends)] = True
        if not mask.any():
            raise ConstraintError("The model's vocabulary has no token for what must follow.")
        return mask

    def accept(self, token: int) -> None:
        if self._has_ended:
            raise ConstraintError(f"Token {token} follows an end.")
        if self._matcher.try_consume_tokens([token]) == 1:
            return
        self._check()
        if not self._may_end_with(token):
            raise ConstraintError(f"Token {token} is not allowed here.")
        self._has_ended = True

    def _may_end_with(self, token: int) -> bool:
        return token in self._ends and self._matcher.is_accepting()

    def _check(self) -> None:
        if self._matcher.is_error():
            raise ConstraintError(f"The grammar cannot be followed any further: {reason(self._matcher.get_error())}")
