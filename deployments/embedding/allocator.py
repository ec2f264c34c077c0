"""What the C library does with memory that a pass of the model gives back: it keeps it for the next one. No model."""

import ctypes

MIB = 1024 * 1024
# Numbers of glibc's mallopt(3). What is set is no longer adjusted by itself.
MMAP_THRESHOLD, TRIM_THRESHOLD, TOP_PAD = -3, -1, -2
SETTINGS = {MMAP_THRESHOLD: 32 * MIB, TRIM_THRESHOLD: 128 * MIB, TOP_PAD: 16 * MIB}


def keep_freed_memory() -> None:
    """Threads other than the main one return it at once, and a pass then waits for thousands of pages to be cleared.

    Other C libraries than glibc stay as they are.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for number, size in SETTINGS.items():
            mallopt(number, size)
