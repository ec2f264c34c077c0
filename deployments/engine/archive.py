"""Conversations that had to leave their slot: in the host's memory, and behind it, if wished, on disk."""

from collections.abc import Iterator

from deployments.engine.disk import DiskShelf, File
from deployments.engine.snapshot import Held, Snapshot


class Archive:
    """The least recently used leave when `capacity` bytes are exceeded, for the shelf if there is one."""

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
        while self.size > self.capacity:
            self._shelve(self._snapshots[0])

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

    def close(self) -> None:
        """Everything goes to the shelf, and is there when this returns."""
        while self._snapshots:
            self._shelve(self._snapshots[0])
        if self._shelf:
            self._shelf.close()

    def _shelve(self, snapshot: Snapshot) -> None:
        self._remove(snapshot)
        if self._shelf:
            self._shelf.add(snapshot)

    def _remove(self, snapshot: Snapshot) -> None:
        self._snapshots.remove(snapshot)
        self.size -= snapshot.size
