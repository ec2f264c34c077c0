"""How many CPU cores this process may use. Linux can pin it to a part of the machine; a Mac cannot, and does not know."""

import os


def usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
