"""What was measured on, in one line."""

import datetime
import os
import platform
from importlib.metadata import version
from pathlib import Path

import psutil

PACKAGES = ("ray", "llama-cpp-python", "torch", "sentence-transformers")


def describe() -> str:
    memory = psutil.virtual_memory().total / 2**30
    cores = f"{os.cpu_count()} cores of {_processor()}, {memory:.0f} GiB"
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"{datetime.date.today()}: {cores}; Python {platform.python_version()}, {versions}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
