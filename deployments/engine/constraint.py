"""What may come next in a sequence, as tokens. It knows no text, and not who decides."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class ConstraintError(Exception):
    """No token can follow, or finding out which costs more than is allowed. The sequence cannot go on."""


class Constraint(Protocol):
    """Follows the generated tokens of one sequence; one thread at a time calls it.

    To choose by rejection: sample freely; if that token is not allowed, sample again from those in `mask`; `accept`
    what was chosen. `allows` and `mask` agree for every token, and an end is a token like others.
    """

    def allows(self, token: int) -> bool:
        """Whether this token may come next; microseconds, where `mask` takes a hundred and more."""
        ...

    def mask(self) -> NDArray[np.bool_]:
        """One boolean per token of the vocabulary, shape (vocabulary,): which may come next. The caller may keep it.

        Raises ConstraintError.
        """
        ...

    def accept(self, token: int) -> None:
        """Go one token further. Raises ConstraintError: a token that is not allowed leaves all as it was."""
        ...
