"""What is logged, as long as a test wants to hear it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def access_log() -> Iterator[list[str]]:
    """The lines that requests leave."""
    log, kept = logging.getLogger("workbench.access"), Lines()
    log.addHandler(kept)
    try:
        yield kept.lines
    finally:
        log.removeHandler(kept)
