"""What one decode call computes: a run of tokens per slot."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Chunk:
    """`tokens` of one slot from position `start` on. The logits after the last `outputs` of them are wanted.

    Of a prompt that is read in pieces that is none, or one with the last piece. A writing sequence has its newest token
    and behind it what was guessed, and wants them all.
    """

    slot: int
    start: int
    tokens: Sequence[int]
    outputs: int
    is_prompt: bool = True


@dataclass(slots=True)
class Batch:
    chunks: list[Chunk] = field(default_factory=list)
    size: int = 0
    prompt_tokens: int = 0
    writers: int = 0

    @classmethod
    def of(cls, *chunks: Chunk) -> "Batch":
        batch = cls()
        for chunk in chunks:
            batch.add(chunk)
        return batch

    def add(self, chunk: Chunk) -> None:
        self.chunks.append(chunk)
        self.size += len(chunk.tokens)
        self.prompt_tokens += len(chunk.tokens) if chunk.is_prompt else 0
        self.writers += not chunk.is_prompt

    @property
    def drafted(self) -> int:
        """Tokens that are guesses."""
        return self.size - self.prompt_tokens - self.writers

    @property
    def sampled(self) -> list[tuple[Chunk, range]]:
        """Chunks that are to be sampled, with the rows of the batch after which they are."""
        found, end = [], 0
        for chunk in self.chunks:
            end += len(chunk.tokens)
            if chunk.outputs:
                found.append((chunk, range(end - chunk.outputs, end)))
        return found
