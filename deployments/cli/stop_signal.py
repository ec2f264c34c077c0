"""Ctrl-C and SIGTERM: the first asks to stop, the next one insists."""

import queue
import signal
from contextlib import suppress
from types import FrameType


class StopSignal:
    """A flag that signals raise. (A threading.Event must not be set by a handler: it may interrupt its own `wait`.)"""

    def __init__(self) -> None:
        self.is_set = False
        self._arrivals: queue.SimpleQueue[int] = queue.SimpleQueue()

    def listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._arrived)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Whether it is set, at the latest after `timeout_s`."""
        if not self.is_set:
            with suppress(queue.Empty):
                self._arrivals.get(timeout=timeout_s)
        return self.is_set

    def _arrived(self, number: int, frame: FrameType | None) -> None:
        if self.is_set:
            raise KeyboardInterrupt  # out of a graceful shutdown, into the hard one that follows it
        self.is_set = True
        self._arrivals.put(number)
