"""The seam between scheduling and computing. llama.cpp stands behind it, or a test's arithmetic."""

from typing import Protocol

from deployments.engine.batch import Batch
from deployments.engine.constraint import Constraint
from deployments.engine.logprobs import TokenLogprobs
from deployments.engine.sampling import Sampling


class DecodeError(Exception):
    """A decode call failed. When `fatal`, nothing the model holds can be trusted any more."""

    def __init__(self, message: str, *, fatal: bool) -> None:
        super().__init__(message)
        self.fatal = fatal


class Sampler(Protocol):
    """Chooses tokens for one sequence and remembers them for its penalties."""

    def sample(self, row: int) -> int:
        """The next token after the `row`-th token of the last batch. Raises DecodeError where none is allowed."""
        ...

    def logprobs(self, row: int, token: int, top: int) -> TokenLogprobs: ...

    def close(self) -> None: ...


class Model(Protocol):
    """Decodes batches over `slots` streams of `context_tokens` each."""

    @property
    def slots(self) -> int: ...
    @property
    def context_tokens(self) -> int: ...
    @property
    def batch_tokens(self) -> int: ...
    @property
    def draft_tokens(self) -> int:
        """Guesses that one batch may carry; none where the model cannot take a token back."""
        ...

    @property
    def vocabulary_size(self) -> int: ...
    @property
    def threads(self) -> int:
        """CPU threads that it may use."""
        ...

    def decode(self, batch: Batch) -> None:
        """Compute a batch. Raises DecodeError."""
        ...

    def sampler(self, sampling: Sampling, constraint: Constraint | None) -> Sampler: ...

    def ends(self, token: int) -> bool:
        """Whether this token closes an answer."""
        ...

    def reach(self, slot: int) -> int:
        """The shortest length to which the slot can be rewound. Its full length and 0 are always possible."""
        ...

    def saved_reach(self, length: int) -> int:
        """The same for a saved state of `length` tokens, of which sliding windows and recurrent layers keep the end."""
        ...

    def rewind(self, slot: int, length: int) -> None:
        """Drop what the slot holds beyond its first `length` tokens."""
        ...

    def save(self, slot: int, most: int) -> bytearray | None:
        """A copy of all that the slot holds; None if that were more than `most` bytes."""
        ...

    def restore(self, slot: int, state: bytearray) -> bool:
        """Put back what `save` gave, into any slot. False, and nothing certain inside, if it does not fit."""
        ...

    def save_recent(self, slot: int, most: int) -> bytearray | None:
        """A copy of what the forgetful layers hold; None if that were more than `most` bytes."""
        ...

    def restore_recent(self, slot: int, state: bytearray) -> bool:
        """Put back what `save_recent` gave, into a slot that holds at least the tokens of then."""
        ...

    def close(self) -> None: ...
