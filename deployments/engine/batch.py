"""What one decode call computes: a run of tokens per slot."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Chunk:
    """`tokens` of one slot from position `start` on. With `samples`, its last token's logits are wanted.

    `is_prompt` tells those that are read from the one that was just written.
    """

    slot: int
    start: int
    tokens: Sequence[int]
    samples: bool
    is_prompt: bool = True


@dataclass(slots=True)
class Batch:
    chunks: list[Chunk] = field(default_factory=list)
    size: int = 0
    prompt_tokens: int = 0

    def add(self, chunk: Chunk) -> None:
        self.chunks.append(chunk)
        self.size += len(chunk.tokens)
        self.prompt_tokens += len(chunk.tokens) if chunk.is_prompt else 0

    @property
    def sampled_rows(self) -> list[tuple[int, int]]:
        """(slot, index of its last token in the batch) of each chunk that is to be sampled."""
        rows, end = [], 0
        for chunk in self.chunks:
            end += len(chunk.tokens)
            if chunk.samples:
                rows.append((chunk.slot, end - 1))
        return rows
