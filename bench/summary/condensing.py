"""How fast a log is condensed, beside drain3, and whether a gigabyte takes no more memory than a tenth of it."""

import asyncio
import time
from collections.abc import Iterator

import psutil

from bench.figure import Figure
from bench.summary import drain
from bench.summary.lines import pieces
from deployments.summary.condense import condense, condense_stream

MB = 10**6


async def measure() -> list[Figure]:
    return await asyncio.to_thread(_measure)


def _measure() -> list[Figure]:
    text = "".join(pieces(100 * MB))
    seconds = _cpu_s(text)
    return [
        Figure("condensing", len(text) / MB / seconds, 12, "MB/s", "one core, 100 MB", is_floor=True),
        _beside_drain(text[: 4 * MB]),
        *_streamed(),
    ]


def _cpu_s(text: str) -> float:
    start = time.process_time()
    condense(text)
    return time.process_time() - start


def _beside_drain(text: str) -> Figure:
    ours, theirs = _cpu_s(text), drain.cpu_s(text)
    speeds = " and ".join(f"{len(text) / MB / seconds:.3g}" for seconds in (ours, theirs))
    return Figure("condensing / drain3", theirs / ours, 5, "×", f"{speeds} MB/s, the same 4 MB", is_floor=True)


def _streamed() -> list[Figure]:
    """The making of lines is left out."""
    (short_s, short_bytes), (long_s, long_bytes) = _stream(100 * MB), _stream(1000 * MB)
    return [
        Figure("1 GB takes, of ten times 100 MB", long_s / short_s / 10, 1.15, "×", f"{long_s:.3g} s of CPU"),
        Figure("memory that 1 GB takes more than 100 MB", max(0, long_bytes - short_bytes) / MB, 20, "MB", "resident"),
    ]


def _stream(size_bytes: int) -> tuple[float, int]:
    """CPU seconds, and the resident size at the end."""
    lines = _Timed(pieces(size_bytes))
    start = time.process_time()
    condense_stream(lines)
    return time.process_time() - start - lines.spent_s, psutil.Process().memory_info().rss


class _Timed:
    """Passes pieces on and knows what making them took."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self.spent_s = 0.0
        self._pieces = pieces

    def __iter__(self) -> "_Timed":
        return self

    def __next__(self) -> str:
        start = time.process_time()
        try:
            return next(self._pieces)
        finally:
            self.spent_s += time.process_time() - start
