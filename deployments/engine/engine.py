"""Continuous batching: every step computes one batch for all sequences that run. One thread calls it."""

import time
from collections import deque

from deployments.engine.batch import Batch, Chunk
from deployments.engine.model import DecodeError, Model
from deployments.engine.pace import Pace
from deployments.engine.sequence import Sequence
from deployments.engine.slot import Slot


class Engine:
    """Sequences wait, sit in a slot while they run, and leave their keys and values there for a successor.

    A sequence that writes waits about `longest_gap_s` for its next token at most, however long the prompts of others.
    """

    def __init__(self, model: Model, *, longest_gap_s: float = 0.15) -> None:
        self.model = model
        self._pace = Pace(longest_gap_s)
        self.waiting: deque[Sequence] = deque()
        self.slots = [Slot(number) for number in range(model.slots)]
        self._steps = 0

    @property
    def running(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.sequence]

    @property
    def is_idle(self) -> bool:
        return not self.waiting and not self.running

    def add(self, sequence: Sequence) -> None:
        self.waiting.append(sequence)

    def remove(self, sequence: Sequence) -> None:
        """Forget a sequence, whether it waits, runs or has ended."""
        if sequence in self.waiting:
            self.waiting.remove(sequence)
        for slot in self.running:
            if slot.sequence is sequence:
                self._leave(slot)

    def step(self) -> list[Sequence]:
        """One decode call. Returns the sequences it moved on: each gained a token, or has an `error`."""
        self._steps += 1
        self._admit()
        batch = self._schedule()
        if not batch.chunks:
            return []
        try:
            self._decode(batch)
        except DecodeError as error:
            if error.fatal:
                raise
            return [self._fail(self.slots[chunk.slot], error) for chunk in batch.chunks]
        for chunk in batch.chunks:
            self.slots[chunk.slot].cached.extend(chunk.tokens)
        return [self._grow(self.slots[number], row) for number, row in batch.sampled_rows]

    def _decode(self, batch: Batch) -> None:
        begun = time.perf_counter()
        self.model.decode(batch)
        self._pace.measure(batch.prompt_tokens, time.perf_counter() - begun)

    def _admit(self) -> None:
        free = [slot for slot in self.slots if not slot.sequence]
        while self.waiting and free:
            sequence = self.waiting.popleft()
            slot = max(free, key=lambda slot: (slot.common_prefix(sequence.tokens), -slot.last_used))
            free.remove(slot)
            self._enter(slot, sequence)

    def _enter(self, slot: Slot, sequence: Sequence) -> None:
        # At least one token is computed, for the logits after it.
        shared = min(slot.common_prefix(sequence.tokens), len(sequence.tokens) - 1)
        if not self.model.can_rewind(slot.number, shared):
            shared = 0
        self.model.rewind(slot.number, shared)
        del slot.cached[shared:]
        slot.sequence, slot.sampler = sequence, self.model.sampler(sequence.sampling)
        sequence.cached_tokens = shared

    def _schedule(self) -> Batch:
        """Who writes goes first; what is left of the batch reads prompts, the shortest first."""
        batch, writers = Batch(), [slot for slot in self.running if slot.is_writing]
        for slot in writers:
            self._add(batch, slot, 1)
        longest = self._pace.prompt_tokens if writers else self.model.batch_tokens
        readers = [slot for slot in self.running if not slot.is_writing]
        for slot in sorted(readers, key=lambda slot: slot.uncached):
            room = min(self.model.batch_tokens - batch.size, longest - batch.prompt_tokens)
            if room:
                self._add(batch, slot, room)
        return batch

    def _add(self, batch: Batch, slot: Slot, room: int) -> None:
        assert slot.sequence
        start = len(slot.cached)
        tokens = slot.sequence.tokens[start : start + room]
        samples = len(tokens) == slot.uncached
        batch.add(Chunk(slot.number, start, tokens, samples, is_prompt=not slot.is_writing))

    def _grow(self, slot: Slot, row: int) -> Sequence:
        sequence = slot.sequence
        assert sequence
        assert slot.sampler
        token = slot.sampler.sample(row)
        sequence.tokens.append(token)
        if self.model.ends(token):
            sequence.finish_reason = "stop"
        elif sequence.generated >= sequence.max_tokens or len(sequence.tokens) >= self.model.context_tokens:
            sequence.finish_reason = "length"
        if sequence.finish_reason:
            self._leave(slot)
        return sequence

    def _fail(self, slot: Slot, error: DecodeError) -> Sequence:
        """What the slot holds after a failed decode is unknown, so it starts afresh."""
        sequence = slot.sequence
        assert sequence
        sequence.error = error
        self._leave(slot)
        self.model.rewind(slot.number, 0)
        slot.cached.clear()
        return sequence

    def _leave(self, slot: Slot) -> None:
        if slot.sampler:
            slot.sampler.close()
        slot.sequence = slot.sampler = None
        slot.last_used = self._steps
