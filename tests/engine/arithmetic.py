"""A model whose next token is a checksum of all tokens before it, so that any misplaced one changes the answer."""

import zlib
from collections.abc import Sequence

from deployments.engine.batch import Batch
from deployments.engine.model import DecodeError
from deployments.engine.sampling import Sampling

END = 0
VOCABULARY = 50


def next_token(tokens: Sequence[int]) -> int:
    """Never END, unless the last token asks for it by being END's neighbour 1."""
    if tokens[-1] == 1:
        return END
    return 2 + zlib.crc32(repr(list(tokens)).encode()) % (VOCABULARY - 2)


def answer(prompt: Sequence[int], length: int) -> list[int]:
    """What a sequence of its own would generate."""
    tokens = list(prompt)
    while len(tokens) < len(prompt) + length and tokens[-1] != END:
        tokens.append(next_token(tokens))
    return tokens[len(prompt) :]


class Arithmetic:
    """Holds the tokens of each slot and refuses a chunk that does not continue them."""

    def __init__(self, *, slots: int = 2, context_tokens: int = 64, batch_tokens: int = 8, window: int = 0) -> None:
        self.slots, self.context_tokens, self.batch_tokens, self.window = slots, context_tokens, batch_tokens, window
        self.held: list[list[int]] = [[] for _ in range(slots)]
        self.batches: list[Batch] = []
        self.failure: DecodeError | None = None
        self.closed = False
        self._rows: dict[int, int] = {}

    def decode(self, batch: Batch) -> None:
        failure, self.failure = self.failure, None
        if failure:
            raise failure
        assert batch.size <= self.batch_tokens
        for chunk in batch.chunks:
            assert chunk.start == len(self.held[chunk.slot])
            self.held[chunk.slot].extend(chunk.tokens)
        self._rows = {row: slot for slot, row in batch.sampled_rows}
        self.batches.append(batch)

    def sampler(self, sampling: Sampling) -> "ChecksumSampler":
        return ChecksumSampler(self)

    def sample(self, row: int) -> int:
        return next_token(self.held[self._rows[row]])

    def ends(self, token: int) -> bool:
        return token == END

    def can_rewind(self, slot: int, length: int) -> bool:
        return not self.window or len(self.held[slot]) - length < self.window

    def rewind(self, slot: int, length: int) -> None:
        del self.held[slot][length:]

    def close(self) -> None:
        self.closed = True


class ChecksumSampler:
    def __init__(self, model: Arithmetic) -> None:
        self.model = model

    def sample(self, row: int) -> int:
        return self.model.sample(row)

    def close(self) -> None:
        pass
