"""The shared library itself: started once per process, its log led into Python's."""

import ctypes
import logging
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import llama_cpp

logger = logging.getLogger("llama.cpp")

# ggml.h's numbers; those in llama-cpp-python's own logger are off by one
_INFO, _WARN, _ERROR = 2, 3, 4
_LEVELS = {_INFO: logging.DEBUG, _WARN: logging.INFO, _ERROR: logging.ERROR}  # its warnings come with every gpt-oss
_recent_errors: deque[str] = deque(maxlen=8)
_listeners: list[list[str]] = []


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _log(level: int, text: bytes, _: ctypes.c_void_p) -> None:
    line = text.decode("utf-8", "replace").rstrip()
    if level == _ERROR and line:
        _recent_errors.append(line)
    for lines in _listeners:
        lines.append(line)
    logger.log(_LEVELS.get(level, logging.DEBUG), line)


@cache
def start() -> None:
    """Call before anything else. `_log` stays referenced by this module, as ctypes needs it to."""
    os.environ["GGML_NO_BACKTRACE"] = "1"  # an abort would start a debugger, and wait for it, to print one
    llama_cpp.llama_log_set(_log, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()


def first_error() -> str:
    """The first complaint since the last call, which is the cause of those after it; or nothing."""
    error = _recent_errors[0] if _recent_errors else ""
    _recent_errors.clear()
    return error


@contextmanager
def overheard() -> Iterator[list[str]]:
    """What llama.cpp says meanwhile, a line each: some of it, it tells nowhere else."""
    lines: list[str] = []
    _listeners.append(lines)
    try:
        yield lines
    finally:
        _listeners.remove(lines)
