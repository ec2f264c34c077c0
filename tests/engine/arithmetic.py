"""A model whose next token is a checksum of all tokens before it, so that any misplaced one changes the answer."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from deployments.engine.batch import Batch, Chunk
from deployments.engine.constraint import Constraint
from deployments.engine.logprobs import TokenLogprobs
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


@dataclass
class Stream:
    """Tokens, and which of them a forgetful layer still holds: those from `oldest` up to `newest`."""

    tokens: list[int]
    oldest: int = 0
    newest: int = 0


class Arithmetic:
    """Refuses a chunk that does not continue what its slot holds, or that looks at what a window has forgotten."""

    def __init__(self, *, slots: int = 2, context_tokens: int = 64, batch_tokens: int = 8, window: int = 0) -> None:
        self.slots, self.context_tokens, self.batch_tokens, self.window = slots, context_tokens, batch_tokens, window
        self.threads, self.vocabulary_size, self.draft_tokens = 1, VOCABULARY, batch_tokens // 2
        self.streams = [Stream([]) for _ in range(slots)]
        self.batches: list[Batch] = []
        self.failure: DecodeError | None = None
        self.refused: int | None = None
        self.closed = False
        self._rows: dict[int, list[int]] = {}

    def decode(self, batch: Batch) -> None:
        failure, self.failure = self.failure, None
        if failure:
            raise failure
        if any(self.refused in chunk.tokens for chunk in batch.chunks):
            raise DecodeError("unknown token", fatal=False)
        assert batch.size <= self.batch_tokens
        for chunk in batch.chunks:
            self._read(self.streams[chunk.slot], chunk)
        self._rows = {}
        for chunk, rows in batch.sampled:
            tokens = self.streams[chunk.slot].tokens
            ends = range(len(tokens) - chunk.outputs + 1, len(tokens) + 1)
            self._rows |= {row: tokens[:end] for row, end in zip(rows, ends, strict=True)}
        self.batches.append(batch)

    def _read(self, stream: Stream, chunk: Chunk) -> None:
        length = len(stream.tokens)
        assert chunk.start == length == stream.newest
        if self.window:
            assert stream.oldest <= max(0, length - self.window + 1)
        stream.tokens.extend(chunk.tokens)
        stream.newest = len(stream.tokens)
        if self.window:
            stream.oldest = max(stream.oldest, stream.newest - self.window - self.batch_tokens)

    def sampler(self, sampling: Sampling, constraint: Constraint | None = None) -> "ChecksumSampler":
        return ChecksumSampler(self)

    def sample(self, row: int) -> int:
        return self.follows(self._rows[row])

    def follows(self, tokens: Sequence[int]) -> int:
        return next_token(tokens)

    def ends(self, token: int) -> bool:
        return token == END

    def reach(self, slot: int) -> int:
        oldest = self.streams[slot].oldest
        return oldest + self.window - 1 if oldest else 0

    def saved_reach(self, length: int) -> int:
        return length - 1 if length > self.window > 0 else 0

    def rewind(self, slot: int, length: int) -> None:
        stream = self.streams[slot]
        del stream.tokens[length:]
        stream.newest = min(stream.newest, length)
        if not length:
            stream.oldest = 0

    def save(self, slot: int, most: int) -> bytearray | None:
        state = bytearray(self.streams[slot].tokens)
        return state if len(state) <= most else None

    def restore(self, slot: int, state: bytearray) -> bool:
        self.streams[slot] = Stream(list(state), self._oldest_saved(len(state)), len(state))
        return True

    def save_recent(self, slot: int, most: int) -> bytearray | None:
        return bytearray([len(self.streams[slot].tokens)]) if most else None

    def restore_recent(self, slot: int, state: bytearray) -> bool:
        stream = self.streams[slot]
        stream.oldest, stream.newest = self._oldest_saved(state[0]), state[0]
        return True

    def _oldest_saved(self, length: int) -> int:
        return max(0, length - self.window) if self.window else 0

    def close(self) -> None:
        self.closed = True


class ChecksumSampler:
    def __init__(self, model: Arithmetic) -> None:
        self.model = model

    def sample(self, row: int) -> int:
        return self.model.sample(row)

    def logprobs(self, row: int, token: int, top: int) -> TokenLogprobs:
        return TokenLogprobs(token, 0.0, ())

    def close(self) -> None:
        pass


class Parrot(Arithmetic):
    """Says again what was said `period` tokens ago."""

    period = 12

    def follows(self, tokens: Sequence[int]) -> int:
        return tokens[-self.period]
