"""What was measured on, in one line."""

import datetime
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

import psutil

PACKAGES = ("ray", "llama-cpp-python", "torch", "sentence-transformers")
QUIET_PERCENT, PATIENCE_S = 15, 180


def describe() -> str:
    memory = psutil.virtual_memory().total / 2**30
    cores = f"{os.cpu_count()} cores of {_processor()}, {memory:.0f} GiB"
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"{datetime.date.today()}: {cores}; Python {platform.python_version()}, {versions}"


def wait_until_quiet() -> None:
    """Where others compute on the same cores, threads that wait for each other show a fraction of their speed."""
    deadline = time.monotonic() + PATIENCE_S
    while (busy := psutil.cpu_percent(interval=2)) > QUIET_PERCENT:
        if time.monotonic() > deadline:
            print(f"Others use {busy:.0f} % of this machine: the figures will not mean much", file=sys.stderr)
            return


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
