"""Conversations that had to leave their slot: in the host's memory, and behind it, if wished, on disk."""

from collections.abc import Iterable, Iterator
from concurrent.futures import wait
from itertools import chain

from deployments.engine.disk import DiskShelf, File
from deployments.engine.snapshot import Held, Snapshot


class Archive:
    """Of `capacity` bytes, once it is trimmed; the least recently used leave for the shelf, if there is one.

    A disk may be slower than they come. Once more bytes wait for it than the archive may hold, who leaves is forgotten.
    """

    def __init__(self, capacity: int, shelf: DiskShelf | None = None) -> None:
        self.capacity = capacity
        self.size = 0
        self._snapshots: list[Snapshot] = []
        self._shelf = shelf

    @property
    def largest(self) -> int:
        """Bytes of the largest snapshot that it can keep."""
        return max(self.capacity, self._shelf.capacity if self._shelf else 0)

    def entries(self) -> Iterator[Held]:
        yield from self._snapshots
        if self._shelf:
            yield from self._shelf.entries()

    def add(self, snapshot: Snapshot) -> None:
        self._snapshots.append(snapshot)
        self.size += snapshot.size

    def trim(self, beside: int) -> None:
        """Down to the capacity, of which `beside` bytes are taken elsewhere."""
        while self._snapshots and self.size + beside > self.capacity:
            snapshot = self._snapshots[0]
            self._remove(snapshot)
            if self._shelf and self._shelf.waiting_bytes <= self.capacity:
                self._shelf.add(snapshot)

    def read(self, entry: Held) -> Snapshot | None:
        """What is read now is the last to leave."""
        if isinstance(entry, Snapshot):
            self._snapshots.remove(entry)
            self._snapshots.append(entry)
            return entry
        return self._shelf.read(entry) if self._shelf and isinstance(entry, File) else None

    def discard(self, entry: Held) -> None:
        """Forget what is out of date, if it is still here. The shelf forgets by itself."""
        if entry in self._snapshots and isinstance(entry, Snapshot):
            self._remove(entry)

    def close(self, last: Iterable[Snapshot] = ()) -> None:
        """Everything goes to the shelf, one by one, then what is the `last`; it is there when this returns."""
        if self._shelf:
            for snapshot in chain(self._snapshots, last):
                wait([self._shelf.add(snapshot)])
            self._shelf.close()

    def _remove(self, snapshot: Snapshot) -> None:
        self._snapshots.remove(snapshot)
        self.size -= snapshot.size
