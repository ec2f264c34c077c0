"""Ctrl-C and SIGTERM: the first asks to stop, the next one insists."""

import signal
import threading
from types import FrameType


class StopSignal:
    """A flag that signals raise."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._arrived)

    @property
    def is_set(self) -> bool:
        return self._event.is_set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Whether it is set, at the latest after `timeout_s`."""
        return self._event.wait(timeout_s)

    def _arrived(self, number: int, frame: FrameType | None) -> None:
        if self._event.is_set():
            raise KeyboardInterrupt  # out of a graceful shutdown, into the hard one that follows it
        self._event.set()
