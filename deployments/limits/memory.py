"""A storage for `limits` whose memory is bounded however many clients come."""

import time
from collections import deque

from cachetools import LRUCache
from limits.storage import MemoryStorage


class BoundedMemory(MemoryStorage):
    """Keeps the `clients` windows used last. The library's own storage keeps one for every client it ever saw."""

    def __init__(self, clients: int) -> None:
        super().__init__()
        self._windows: LRUCache[str, deque[float]] = LRUCache(clients)

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        window = self._current(key, expiry)
        if len(window) + amount > limit:
            return False
        window.extend([time.time()] * amount)
        self._windows[key] = window
        return True

    def forget_entry(self, key: str) -> None:
        """Take back the entry made last."""
        if window := self._windows.get(key):
            window.pop()

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the oldest entry that still counts was made (now, if there is none), and how many do."""
        window = self._current(key, expiry)
        return (window[0] if window else time.time()), len(window)

    def _current(self, key: str, expiry: int) -> deque[float]:
        window = self._windows.get(key) or deque()
        while window and window[0] <= time.time() - expiry:
            window.popleft()
        return window
