"""Totals that only grow, told to counters by what they have grown, every few seconds. It knows no metric."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

PERIOD_S = 5.0


class Counter(Protocol):
    def inc(self, value: float, tags: dict[str, str]) -> None: ...


class Totals:
    """Attributes of some object, by the names of their counters."""

    def __init__(self, counters: Mapping[str, Counter], tags: dict[str, str]) -> None:
        self._counters = counters
        self._tags = tags
        self._told = dict.fromkeys(counters, 0.0)

    def tell(self, totals: object) -> None:
        for name, counter in self._counters.items():
            now = float(getattr(totals, name))
            if now > self._told[name]:
                counter.inc(now - self._told[name], self._tags)
                self._told[name] = now


def keep_telling(tell: Callable[[], None]) -> None:
    """On a thread of its own, as long as the process lives."""

    def watch() -> None:
        while True:
            time.sleep(PERIOD_S)
            tell()

    threading.Thread(target=watch, name="measures", daemon=True).start()
