"""A stream of the KV cache, and the sequence that sits in it."""

import time
from collections.abc import Sequence as Tokens

from deployments.engine.lookup import PromptLookup
from deployments.engine.model import Sampler
from deployments.engine.sequence import Sequence
from deployments.engine.snapshot import Checkpoint


class Slot:
    """`cached` are the tokens whose keys and values it holds, kept after its sequence has left."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.cached: list[int] = []
        self.checkpoints: list[Checkpoint] = []
        self.prompt_tokens = 0
        self.sequence: Sequence | None = None
        self.sampler: Sampler | None = None
        self.lookup = PromptLookup()
        self.seated = 0.0
        self.last_used = 0

    @property
    def uncached(self) -> int:
        """Tokens of its sequence that are still to be computed."""
        return len(self.sequence.tokens) - len(self.cached) if self.sequence else 0

    @property
    def is_writing(self) -> bool:
        """Its sequence's prompt is read, and its last token is the one to be computed."""
        return self.sequence is not None and self.sequence.generated > 0

    @property
    def restorable(self) -> Tokens[tuple[int, int]]:
        """(shortest, longest) length to which each checkpoint leads."""
        return [(checkpoint.reach, checkpoint.length) for checkpoint in self.checkpoints]

    def sit(self, sequence: Sequence, sampler: Sampler) -> None:
        self.sequence, self.sampler, self.lookup = sequence, sampler, PromptLookup()
        self.seated = sequence.clock.seated = time.monotonic()

    def leave(self, step: int) -> None:
        if self.sampler:
            self.sampler.close()
        self.sequence = self.sampler = None
        self.last_used = step

    def until_stop(self) -> int:
        """Tokens up to the next place in the prompt at which a checkpoint is wanted, or to the end."""
        assert self.sequence
        length = len(self.cached)
        return min((stop for stop in self.sequence.stops if stop > length), default=len(self.sequence.tokens)) - length

    def cut(self, length: int) -> None:
        """Forget what comes after the first `length` tokens."""
        del self.cached[length:]
        self.checkpoints = [checkpoint for checkpoint in self.checkpoints if checkpoint.length <= length]
