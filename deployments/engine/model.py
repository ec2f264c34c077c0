"""The seam between scheduling and computing. llama.cpp stands behind it, or a test's arithmetic."""

from typing import Protocol

from deployments.engine.batch import Batch
from deployments.engine.sampling import Sampling


class DecodeError(Exception):
    """A decode call failed. When `fatal`, nothing the model holds can be trusted any more."""

    def __init__(self, message: str, *, fatal: bool) -> None:
        super().__init__(message)
        self.fatal = fatal


class Sampler(Protocol):
    """Chooses tokens for one sequence and remembers them for its penalties."""

    def sample(self, row: int) -> int:
        """The next token after the `row`-th token of the last batch."""
        ...

    def close(self) -> None: ...


class Model(Protocol):
    """Decodes batches over `slots` streams of `context_tokens` each."""

    @property
    def slots(self) -> int: ...
    @property
    def context_tokens(self) -> int: ...
    @property
    def batch_tokens(self) -> int: ...

    def decode(self, batch: Batch) -> None:
        """Compute a batch. Raises DecodeError."""
        ...

    def sampler(self, sampling: Sampling) -> Sampler: ...

    def ends(self, token: int) -> bool:
        """Whether this token closes an answer."""
        ...

    def can_rewind(self, slot: int, length: int) -> bool:
        """Whether the slot still holds all that its first `length` tokens need, were the rest dropped."""
        ...

    def rewind(self, slot: int, length: int) -> None:
        """Drop what the slot holds beyond its first `length` tokens."""
        ...

    def close(self) -> None: ...
