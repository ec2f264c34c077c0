"""Exact counts in the memory of one process, bounded however many clients come. It knows no configuration of limits.

One serves all ingress replicas, which say with every question what the limits are: so they can change while it counts.
"""

import time
from collections import deque
from collections.abc import Sequence

from cachetools import LRUCache
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from deployments.limits.limiter import Grant, Question, Standing, Window, granted


class Limiter:
    """A request must fit all windows that apply to it, per address and per key; one refused costs nothing."""

    def __init__(self, tracked_clients: int) -> None:
        self._storage = storage = BoundedMemory(tracked_clients)
        self._strategy = MovingWindowRateLimiter(storage)

    def answer(self, questions: Sequence[tuple[Question, Sequence[Window]]]) -> list[Grant]:
        """One after the other, as if each had come alone."""
        return [getattr(self, question)(windows) for question, windows in questions]

    def acquire(self, windows: Sequence[Window]) -> Grant:
        """Count a request, if it is allowed."""
        full = [window for window in windows if not self._has_room(window)]
        if full:
            return granted([self._standing(window) for window in full], allowed=False)
        for window in windows:
            self._strategy.hit(_item(window), *window.name)
        return granted([self._standing(window) for window in windows], allowed=True)

    def peek(self, windows: Sequence[Window]) -> Grant:
        """What `acquire` would answer, without counting."""
        return granted([self._standing(window) for window in windows], allowed=all(map(self._has_room, windows)))

    def refund(self, windows: Sequence[Window]) -> Grant:
        """Take back what the last `acquire` counted there: the request was not served."""
        for window in windows:
            self._storage.forget_entry(_item(window).key_for(*window.name))
        return self.peek(windows)

    def _has_room(self, window: Window) -> bool:
        return self._strategy.test(_item(window), *window.name)

    def _standing(self, window: Window) -> Standing:
        reset, remaining = self._strategy.get_window_stats(_item(window), *window.name)
        return Standing(window, remaining, reset - time.time())


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


def _item(window: Window) -> RateLimitItem:
    return RateLimitItemPerSecond(window.calls, window.seconds)
