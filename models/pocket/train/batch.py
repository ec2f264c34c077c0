"""Samples of similar length, padded to tensors. It knows how much fits into a batch, not what is learned from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from random import Random

import torch
from torch import Tensor

from models.pocket.train.conversation import conversations
from models.pocket.train.drills import drill
from models.pocket.train.sample import Sample, sample
from models.pocket.train.values import TRAINING, Split, Values
from models.pocket.train.vocab import Vocabulary

POOL = 500  # samples sorted by length at a time
DRILL_POOLS = 20  # so many pools are nothing but drills at first,
DRILL_SHARE = 0.15  # and this share of each one after them


@dataclass(frozen=True, slots=True)
class Batch:
    """What a position sees (`tokens`) and what follows (`targets`, counting by `weights`). Rows are samples."""

    samples: list[Sample]
    tokens: Tensor
    positions: Tensor
    branches: Tensor
    targets: Tensor
    weights: Tensor

    @classmethod
    def of(cls, samples: list[Sample]) -> "Batch":
        tokens = _padded([sample.tokens for sample in samples], torch.long)
        weights = _padded([sample.weights for sample in samples], torch.float)
        positions = _padded([sample.positions for sample in samples], torch.long)
        branches = _padded([sample.branches for sample in samples], torch.long)
        return cls(samples, tokens[:, :-1], positions[:, :-1], branches[:, :-1], tokens[:, 1:], weights[:, 1:])


def batches(
    vocabulary: Vocabulary, seed: int, tokens: int, split: Split = TRAINING, *, drill_pools: int = 0, drills: float = 0
) -> Iterator[Batch]:
    """At most `tokens` tokens each, with their padding, in random order; without end."""
    rng, source = Random(seed), conversations(seed, split)
    values = Values(rng, split)
    for number in count():
        drilled = POOL if number < drill_pools else int(POOL * drills)
        pool = [drill(values, vocabulary) for _ in range(drilled)]
        pool += [sample(conversation, vocabulary, rng) for conversation in islice(source, POOL - drilled)]
        packed = list(_packed(sorted(pool, key=lambda one: len(one.tokens)), tokens))
        rng.shuffle(packed)
        yield from map(Batch.of, packed)


def _packed(by_length: list[Sample], tokens: int) -> Iterator[list[Sample]]:
    batch: list[Sample] = []
    for one in by_length:
        if batch and len(one.tokens) * (len(batch) + 1) > tokens:
            yield batch
            batch = []
        batch.append(one)
    yield batch


def _padded(rows: list[list[int]] | list[list[float]], kind: torch.dtype) -> Tensor:
    return torch.nn.utils.rnn.pad_sequence([torch.tensor(row, dtype=kind) for row in rows], batch_first=True)
