"""Random lives of an engine: sequences come, share, leave and return, and each answer is what it would be alone."""

import random

from hypothesis import given
from hypothesis import strategies as st

from deployments.engine.archive import Archive
from deployments.engine.engine import Engine
from deployments.engine.sequence import Sequence
from deployments.engine.snapshot import Snapshot
from tests.engine.arithmetic import Arithmetic, answer

LONGEST_PROMPT = 150


class Life:
    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        slots, batch_tokens = chance.randint(1, 4), chance.randint(5, 30)
        model = Arithmetic(slots=slots, batch_tokens=batch_tokens, context_tokens=200, window=chance.choice([0, 3, 20]))
        self.archive = Archive(chance.choice([0, 100, 400, 2000, 10_000]))
        self.engine = Engine(model, archive=self.archive, speculation=chance.random() < 0.8)
        self.said = [self._words(60) for _ in range(3)]
        self.living: list[Sequence] = []
        self.ended: list[Sequence] = []

    def go_on(self) -> None:
        if self._chance.random() < 0.4:
            self._come()
        if self.living and self._chance.random() < 0.05:
            self.engine.remove(self.living.pop(self._chance.randrange(len(self.living))))
        self.engine.step()
        for sequence in [sequence for sequence in self.living if sequence.has_ended]:
            self.living.remove(sequence)
            self.ended.append(sequence)
            self.said.append(sequence.tokens[:LONGEST_PROMPT])

    @property
    def kept_bytes(self) -> int:
        """Of the host: conversations in the archive, and checkpoints, which slots and snapshots share."""
        snapshots = [entry for entry in self.archive.entries() if isinstance(entry, Snapshot)]
        checkpoints = {id(item): item for held in [*snapshots, *self.engine.slots] for item in held.checkpoints}
        states = sum(len(item.state) for item in [*snapshots, *checkpoints.values()])
        return states + sum(8 * len(snapshot.cached) for snapshot in snapshots)

    def _come(self) -> None:
        """With the beginning of something that was said, and with something new."""
        known = self._chance.choice(self.said)
        prompt = [*known[: self._chance.randint(1, len(known))], *self._words(12)][:LONGEST_PROMPT]
        branches = [self._chance.randint(1, len(prompt))] if self._chance.random() < 0.5 else []
        sequence = Sequence(
            prompt, max_tokens=self._chance.randint(1, 30), caller=self._chance.choice("ab"), branches=branches
        )
        self.engine.add(sequence)
        self.living.append(sequence)

    def _words(self, most: int) -> list[int]:
        return [self._chance.randint(2, 4) for _ in range(self._chance.randint(1, most))]


@given(st.integers(0, 2**32))
def test_whatever_happens_each_answer_is_its_own(seed):
    """Within the memory that it may take; and the engine comes to rest."""
    life = Life(random.Random(seed))
    for _ in range(60):
        life.go_on()
        assert life.kept_bytes <= life.archive.capacity
    for _ in range(3000):
        life.engine.step()
        if life.engine.is_idle:
            break

    assert life.engine.is_idle
    for sequence in life.ended + life.living:
        prompt = sequence.tokens[: sequence.prompt_tokens]
        assert sequence.error is None
        assert answer(prompt, sequence.max_tokens) == sequence.tokens[sequence.prompt_tokens :]
