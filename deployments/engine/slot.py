"""A stream of the KV cache, and the sequence that sits in it."""

from collections.abc import Sequence as Tokens

from deployments.engine.model import Sampler
from deployments.engine.sequence import Sequence


class Slot:
    """`cached` are the tokens whose keys and values it holds, kept after its sequence has left."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.cached: list[int] = []
        self.sequence: Sequence | None = None
        self.sampler: Sampler | None = None
        self.last_used = 0

    @property
    def uncached(self) -> int:
        """Tokens of its sequence that are still to be computed."""
        return len(self.sequence.tokens) - len(self.cached) if self.sequence else 0

    @property
    def is_writing(self) -> bool:
        """Its sequence's prompt is read, and its last token is the one to be computed."""
        return self.sequence is not None and self.sequence.generated > 0

    def common_prefix(self, tokens: Tokens[int]) -> int:
        for i, (mine, theirs) in enumerate(zip(self.cached, tokens, strict=False)):
            if mine != theirs:
                return i
        return min(len(self.cached), len(tokens))
