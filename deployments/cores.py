"""How many CPU cores this process may use: Linux may have pinned it to a part of them, a Mac knows no such thing."""

import os


def usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
