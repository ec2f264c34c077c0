"""How far a download has come."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Bytes of one file on disk so far; `total_bytes` is 0 while it is unknown."""

    file: str
    done_bytes: int
    total_bytes: int

    def __str__(self) -> str:
        share = f"{self.done_bytes / self.total_bytes:.0%} of {self.total_bytes / 1e6:.1f} MB"
        return f"{self.file}: {share if self.total_bytes else f'{self.done_bytes / 1e6:.1f} MB'}"


Report = Callable[[Progress], None]
