"""Where a sequence sits down, and how much of its prompt is already known there."""

import sys
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Tokens

from deployments.engine.archive import Archive
from deployments.engine.model import Model
from deployments.engine.sequence import Sequence
from deployments.engine.slot import Slot
from deployments.engine.snapshot import Checkpoint, Held, Snapshot, goes_on, reusable

WORTHWHILE = 16  # tokens; fewer are computed sooner than copied


class PrefixCache:
    """Known prefixes lie in idle slots, in running ones, and in the archive of conversations that had to leave.

    A conversation that goes on does so in its own slot. Any other takes the slot that was idle for longest, whose
    tokens go to the archive, and a copy of the longest prefix that is known anywhere.
    """

    def __init__(self, model: Model, slots: Tokens[Slot], archive: Archive) -> None:
        self._model, self._slots, self._archive = model, slots, archive

    def place(self, sequence: Sequence, free: Tokens[Slot]) -> Slot:
        """One of the `free` slots, cut to what the sequence shares with it. Sets its `cached_tokens`."""
        slot = max(free, key=lambda slot: (self._kept(slot, sequence.tokens), -slot.last_used))
        kept = self._kept(slot, sequence.tokens)
        source, copied = self._longest_copy(sequence.tokens)
        if copied > kept or (copied == kept and not goes_on(slot, kept)):
            slot = min(free, key=lambda slot: slot.last_used)
            kept = self._refill(slot, source, copied)
        else:
            self.put_away([] if goes_on(slot, kept) else [slot])
            kept = self._cut(slot, kept)
        sequence.cached_tokens, slot.prompt_tokens = kept, sequence.prompt_tokens
        return slot

    def shareable(self, sequence: Sequence) -> int:
        """Tokens of its prompt that are known somewhere."""
        here = (self._kept(slot, sequence.tokens) for slot in self._slots if not slot.sequence)
        return max(*here, self._longest_copy(sequence.tokens)[1], 0, 0)

    def mark(self, slot: Slot) -> None:
        """Take a checkpoint if the slot's tokens have come to a place where its sequence wants one."""
        length = len(slot.cached)
        reach = self._model.saved_reach(length)
        if not reach or not slot.sequence or length not in slot.sequence.stops:
            return
        most = self._archive.capacity // (2 * len(self._slots))
        state = self._model.save_recent(slot.number, most)
        if state:
            slot.checkpoints.append(Checkpoint(length, reach, state))
        while sum(len(item.state) for item in slot.checkpoints) > most:
            del slot.checkpoints[0]
        self._trim()

    def put_away(self, slots: Iterable[Slot]) -> None:
        """Copy what they hold to the archive."""
        for snapshot in self._worthwhile(slots):
            self._archive.add(snapshot)
        self._trim()

    def close(self, *, keep: bool) -> None:
        latest_last = sorted(self._slots, key=lambda slot: slot.last_used)
        self._archive.close(self._worthwhile(latest_last if keep else []))

    def _worthwhile(self, slots: Iterable[Slot]) -> Iterator[Snapshot]:
        for slot in slots:
            if len(slot.cached) >= WORTHWHILE and (snapshot := self._snapshot(slot, self._archive.largest)):
                yield snapshot

    def _trim(self) -> None:
        """The slots' checkpoints count as well."""
        self._archive.trim(sum(len(item.state) for slot in self._slots for item in slot.checkpoints))

    def _kept(self, slot: Slot, tokens: Tokens[int]) -> int:
        return reusable(slot, tokens, self._model.reach(slot.number))

    def _longest_copy(self, tokens: Tokens[int]) -> tuple[Held | None, int]:
        """Layers with a short memory are copied as they are, so a copy is cut at checkpoints only."""
        places: list[Held] = [*self._slots, *self._archive.entries()]
        copies = [(place, reusable(place, tokens, self._model.saved_reach(len(place.cached)))) for place in places]
        source, length = max(copies, key=lambda copy: copy[1])
        return (source, length) if length >= WORTHWHILE else (None, 0)

    def _refill(self, slot: Slot, source: Held | None, length: int) -> int:
        """Put away what the slot holds, and fill it with `length` tokens of the source. Returns how many it has."""
        snapshot = self._copy_of(source) if slot is not source else None
        self.put_away([slot])
        if slot is source:
            return self._cut(slot, length)
        if snapshot and source and goes_on(source, length):
            self._archive.discard(source)
        return self._restore(slot, snapshot, length) if snapshot else self._cut(slot, 0)

    def _copy_of(self, source: Held | None) -> Snapshot | None:
        if isinstance(source, Slot):
            return self._snapshot(source, sys.maxsize)
        return self._archive.read(source) if source else None

    def _snapshot(self, slot: Slot, most: int) -> Snapshot | None:
        state = self._model.save(slot.number, most)
        if not state:
            return None
        cached = slot.cached.copy()
        return Snapshot(
            cached, slot.prompt_tokens, self._model.saved_reach(len(cached)), state, tuple(slot.checkpoints)
        )

    def _restore(self, slot: Slot, snapshot: Snapshot, length: int) -> int:
        if not self._model.restore(slot.number, snapshot.state):
            return self._cut(slot, 0)
        slot.cached, slot.checkpoints = snapshot.cached.copy(), list(snapshot.checkpoints)
        return self._cut(slot, length)

    def _cut(self, slot: Slot, length: int) -> int:
        """Drop what follows the first `length` tokens, through a checkpoint where layers have forgotten them."""
        if 0 < length < min(len(slot.cached), self._model.reach(slot.number)):
            checkpoint = next((item for item in slot.checkpoints if item.serves(length)), None)
            if not checkpoint or not self._model.restore_recent(slot.number, checkpoint.state):
                length = 0
        self._model.rewind(slot.number, length)
        slot.cut(length)
        return length
