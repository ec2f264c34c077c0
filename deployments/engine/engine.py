"""Continuous batching: every step computes one batch for all sequences that run. One thread calls it."""

import time
from concurrent.futures import ThreadPoolExecutor

from deployments.engine.admission import Admission
from deployments.engine.archive import Archive
from deployments.engine.batch import Batch, Chunk
from deployments.engine.cache import PrefixCache
from deployments.engine.counters import Counters, Load
from deployments.engine.model import DecodeError, Model
from deployments.engine.pace import Pace
from deployments.engine.schedule import Schedule
from deployments.engine.sequence import Sequence
from deployments.engine.slot import Slot
from deployments.errors import DeadlineExceeded

PARALLEL_LOGITS = 500_000  # to be looked at for a step's tokens, from which on threads pay


class Engine:
    """Sequences wait, sit in a slot while they run, and leave their keys and values there for a successor.

    A sequence that writes waits about `longest_gap_s` for its next token at most, however long the prompts of others.
    """

    def __init__(
        self, model: Model, *, longest_gap_s: float = 0.15, archive: Archive | None = None, speculation: bool = True
    ) -> None:
        self.model = model
        self.slots = [Slot(number) for number in range(model.slots)]
        self.counters = Counters()
        self._is_closed = False
        self._cache = PrefixCache(model, self.slots, archive or Archive(0))
        self._admission = Admission(self.slots, self._cache)
        self._pace = Pace(longest_gap_s)
        self._schedule = Schedule(model, self._pace, speculation=speculation)
        self._hands = ThreadPoolExecutor(model.threads, thread_name_prefix="sampling")

    @property
    def waiting(self) -> int:
        return len(self._admission.queue)

    @property
    def running(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.sequence]

    @property
    def load(self) -> Load:
        held = sum(len(slot.cached) for slot in self.slots)
        capacity = len(self.slots) * self.model.context_tokens
        return Load(self.counters, len(self.running), self.waiting, held, capacity)

    @property
    def is_idle(self) -> bool:
        return not self.waiting and not self.running

    def add(self, sequence: Sequence) -> None:
        self._admission.queue.add(sequence)

    def remove(self, sequence: Sequence) -> None:
        """Forget a sequence, whether it waits, runs or has ended."""
        self._admission.remove(sequence)
        for slot in self.running:
            if slot.sequence is sequence:
                self._leave(slot)

    def step(self) -> list[Sequence]:
        """One decode call. Returns the sequences it moved on: each gained tokens, or has an `error`."""
        late = self._end_late()
        self._admit()
        batch = self._schedule.batch(self.running)
        if not batch.chunks:
            return late
        return late + self._compute(batch)

    def close(self, *, keep: bool = True) -> None:
        """Free the model, once what can outlive it is put away. Without `keep` nothing is: the model may be broken."""
        if self._is_closed:
            return
        self._is_closed = True
        self._hands.shutdown()
        self._cache.close(keep=keep)
        self.model.close()

    def _compute(self, batch: Batch) -> list[Sequence]:
        """A batch is refused as a whole; its chunks are then tried alone, and only who is refused again fails."""
        try:
            self._decode(batch)
        except DecodeError as error:
            if error.fatal:
                raise
            if len(batch.chunks) == 1:
                return [self._fail(self.slots[batch.chunks[0].slot], error)]
            return [sequence for chunk in batch.chunks for sequence in self._compute(Batch.of(chunk))]
        return self._advance(batch)

    def _decode(self, batch: Batch) -> None:
        begun = time.perf_counter()
        self.model.decode(batch)
        seconds = time.perf_counter() - begun
        self._pace.measure(batch.prompt_tokens + batch.drafted, seconds)
        self.counters.count(batch, seconds)

    def _end_late(self) -> list[Sequence]:
        now = time.monotonic()
        running = [slot.sequence for slot in self.running if slot.sequence]
        late = [sequence for sequence in [*self._admission.queue, *running] if sequence.is_late(now)]
        for sequence in late:
            sequence.error = DeadlineExceeded("The answer was not complete within its time.")
            self.remove(sequence)
        return late

    def _admit(self) -> None:
        for slot, sequence in self._admission.seats():
            slot.sit(sequence, self.model.sampler(sequence.sampling, sequence.constraint))
            self.counters.cached_tokens += sequence.cached_tokens

    def _advance(self, batch: Batch) -> list[Sequence]:
        for chunk in batch.chunks:
            slot = self.slots[chunk.slot]
            slot.cached.extend(chunk.tokens)
            self._cache.mark(slot)
        sampled = batch.sampled
        logits = sum(len(rows) for _, rows in sampled) * self.model.vocabulary_size
        each = self._hands.map if logits > PARALLEL_LOGITS and len(sampled) > 1 else map
        drawn = list(each(self._draw, sampled))
        return [self._grow(chunk, tokens) for (chunk, _), tokens in zip(sampled, drawn, strict=True)]

    def _draw(self, item: tuple[Chunk, range]) -> list[int] | DecodeError:
        """The next token, and one more for every guess that was right."""
        chunk, rows = item
        guesses = [*chunk.tokens[1:], None] if not chunk.is_prompt else [None]
        tokens: list[int] = []
        try:
            for row, guess in zip(rows, guesses, strict=True):
                tokens.append(self._sample(self.slots[chunk.slot], row))
                if tokens[-1] != guess or self.model.ends(tokens[-1]):
                    break
        except DecodeError as error:
            return error
        return tokens

    def _sample(self, slot: Slot, row: int) -> int:
        sequence, sampler = slot.sequence, slot.sampler
        assert sequence
        assert sampler
        token = sampler.sample(row)
        if sequence.sampling.logprobs is not None:
            sequence.logprobs.append(sampler.logprobs(row, token, sequence.sampling.logprobs))
        return token

    def _grow(self, chunk: Chunk, tokens: list[int] | DecodeError) -> Sequence:
        slot = self.slots[chunk.slot]
        sequence = slot.sequence
        assert sequence
        if isinstance(tokens, DecodeError):
            return self._fail(slot, tokens)
        sequence.tokens.extend(tokens)
        sequence.clock.token()
        self._settle(slot, sequence, chunk, accepted=len(tokens) - 1)
        if self.model.ends(tokens[-1]):
            sequence.finish_reason = "stop"
        elif sequence.generated >= sequence.max_tokens or len(sequence.tokens) >= self.model.context_tokens:
            sequence.finish_reason = "length"
        if sequence.finish_reason:
            self._leave(slot)
        return sequence

    def _settle(self, slot: Slot, sequence: Sequence, chunk: Chunk, accepted: int) -> None:
        """Guesses that were wrong were computed all the same, and are taken back."""
        drafted = chunk.outputs - 1
        self.counters.sampled(accepted + 1, drafted, accepted)
        if not drafted:
            return
        sequence.drafted_tokens += drafted
        sequence.accepted_tokens += accepted
        slot.lookup.learn(drafted, accepted)
        if accepted < drafted:
            length = chunk.start + 1 + accepted
            self.model.rewind(slot.number, length)
            slot.cut(length)

    def _fail(self, slot: Slot, error: DecodeError) -> Sequence:
        """What the slot holds after a failed decode is unknown, so it starts afresh."""
        sequence = slot.sequence
        assert sequence
        sequence.error = error
        self._leave(slot)
        self.model.rewind(slot.number, 0)
        slot.cut(0)
        return sequence

    def _leave(self, slot: Slot) -> None:
        slot.leave(self.counters.steps)
