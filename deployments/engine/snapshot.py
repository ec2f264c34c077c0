"""What a slot holds, copied out of it: the states are the model's own, and mean nothing to others."""

from collections.abc import Sequence as Tokens
from dataclasses import dataclass
from typing import Protocol

from deployments.engine.prefix import common_prefix


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What layers with a short memory held once `length` tokens had been read. It serves lengths from `reach` on."""

    length: int
    reach: int
    state: bytearray

    def serves(self, length: int) -> bool:
        return self.reach <= length <= self.length


class Held(Protocol):
    """Somewhere tokens are held: a slot, the archive's memory, or its disk."""

    @property
    def cached(self) -> Tokens[int]: ...
    @property
    def restorable(self) -> Tokens[tuple[int, int]]:
        """(shortest, longest) length to which each checkpoint leads."""
        ...

    @property
    def prompt_tokens(self) -> int:
        """The prompt of the last turn; a conversation that goes on keeps at least that much."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """All that a slot held, equal to nothing but itself.

    `reach` is the shortest length to which its state can be cut without a checkpoint.
    """

    cached: list[int]
    prompt_tokens: int
    reach: int
    state: bytearray
    checkpoints: tuple[Checkpoint, ...]

    @property
    def restorable(self) -> list[tuple[int, int]]:
        return [(checkpoint.reach, checkpoint.length) for checkpoint in self.checkpoints]

    @property
    def size(self) -> int:
        """Bytes; of the tokens too, roughly."""
        return len(self.state) + sum(len(checkpoint.state) for checkpoint in self.checkpoints) + 8 * len(self.cached)


def reusable(held: Held, tokens: Tokens[int], reach: int) -> int:
    """How many of `tokens` need not be computed again. The last one is always, for the logits after it."""
    shared = min(common_prefix(held.cached, tokens), len(tokens) - 1)
    if shared >= reach:
        return shared
    lengths = (min(shared, longest) for shortest, longest in held.restorable if shortest <= shared)
    return max(lengths, default=0)


def goes_on(held: Held, length: int) -> bool:
    """Whether a sequence that shares `length` tokens is the next turn of what is held, or the same turn again."""
    return length > 0 and length >= held.prompt_tokens - 1
