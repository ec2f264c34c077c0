"""Who sits down next, and where."""

from collections.abc import Iterator
from collections.abc import Sequence as Sequences

from deployments.engine.cache import WORTHWHILE, PrefixCache
from deployments.engine.prefix import common_prefix
from deployments.engine.queue import Queue
from deployments.engine.sequence import Sequence
from deployments.engine.slot import Slot


class Admission:
    """Callers take turns. Who begins like a sequence that is just being read waits for it, so that it is read once."""

    def __init__(self, slots: Sequences[Slot], cache: PrefixCache) -> None:
        self.queue = Queue()
        self._slots, self._cache = slots, cache
        self._leaders: dict[Sequence, tuple[Slot, Sequence, int]] = {}

    def remove(self, sequence: Sequence) -> None:
        """Forget it, if it waits."""
        if sequence in self.queue:
            self.queue.remove(sequence)
        self._leaders.pop(sequence, None)

    def seats(self) -> Iterator[tuple[Slot, Sequence]]:
        """Each is to be taken before the next is asked for."""
        free = [slot for slot in self._slots if not slot.sequence]
        if not free or not self.queue:
            return
        for sequence in self.queue.in_turn([slot.sequence for slot in self._slots if slot.sequence]):
            if free and not self._is_led(sequence):
                self.queue.serve(sequence)
                self._leaders.pop(sequence, None)
                slot = self._cache.place(sequence, free)
                free.remove(slot)
                yield slot, sequence

    def _is_led(self, sequence: Sequence) -> bool:
        found = self._leaders.get(sequence) or self._leader(sequence)
        if not found:
            return False
        slot, leader, shared = self._leaders[sequence] = found
        return slot.sequence is leader and len(slot.cached) < shared

    def _leader(self, sequence: Sequence) -> tuple[Slot, Sequence, int] | None:
        """Who reads most of what it wants, if that is more than is known anywhere."""
        readers = [(slot, slot.sequence) for slot in self._slots if slot.sequence and not slot.is_writing]
        led = [(slot, leader, common_prefix(sequence.tokens, leader.tokens)) for slot, leader in readers]
        slot, leader, shared = max(led, key=lambda item: item[2], default=(None, None, 0))
        if not slot or not leader or shared < self._cache.shareable(sequence) + WORTHWHILE:
            return None
        leader.stops.add(shared)
        return slot, leader, shared
