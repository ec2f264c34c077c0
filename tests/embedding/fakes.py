"""Stand-ins for a model at the seam `encode`: rows that tell which text they belong to, and passes one can hold."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer as Backend

from deployments.embedding.batcher import Batcher
from deployments.embedding.tokenizer import Tokenizer
from deployments.embedding.vectors import Vectors, unit

POISON = 13
WAIT_S = 10


class FakeModel:
    """Remembers its passes. While held, the pass that has begun does not end."""

    def __init__(self) -> None:
        self.batches: list[list[list[int]]] = []
        self._is_free = threading.Event()
        self._has_begun = threading.Event()
        self.release()

    @property
    def texts(self) -> list[list[int]]:
        return [tokens for batch in self.batches for tokens in batch]

    def hold(self) -> None:
        self._is_free.clear()
        self._has_begun.clear()

    def release(self) -> None:
        self._is_free.set()

    def wait_until_busy(self) -> None:
        assert self._has_begun.wait(WAIT_S)

    def begin(self, batch: list[list[int]]) -> Callable[[], Vectors]:
        return partial(self.encode, batch)

    def encode(self, batch: list[list[int]]) -> Vectors:
        self.batches.append(batch)
        self._has_begun.set()
        assert self._is_free.wait(WAIT_S)
        if any(POISON in tokens for tokens in batch):
            raise ValueError("poison")
        return np.stack([row_of(tokens) for tokens in batch])


def row_of(tokens: list[int]) -> Vectors:
    """Another direction for each text."""
    return unit(np.array([1, len(tokens), sum(tokens), tokens[0]], dtype=np.float32))


def busy(batcher: Batcher, model: FakeModel) -> Future:
    """The row of a pass that has begun and does not end before the model is released."""
    model.hold()
    [row] = batcher.submit([[1]])
    model.wait_until_busy()
    return row


@dataclass
class FakeEncoder(FakeModel):
    """A fake model with a real tokenizer, in place of a `SentenceEncoder`."""

    tokenizer: Tokenizer
    prompts: dict[str, str] = field(default_factory=lambda: {"query": "", "document": ""})
    max_tokens: int = 16
    dimension: int = 4
    fingerprint: bytes = b"fake"
    device: str = "cpu"
    is_packed: bool = True

    def __post_init__(self) -> None:
        super().__init__()

    @classmethod
    def beside(cls, folder: Path) -> "FakeEncoder":
        return cls(Tokenizer(Backend.from_file(str(folder / "tokenizer.json")), vocabulary=2048))
