"""A pass of the model finds its memory where the last one left it."""

import ctypes
import resource
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from deployments.embedding.allocator import keep_freed_memory

MIB = 1024 * 1024
THREAD = getattr(resource, "RUSAGE_THREAD", None)


def fill(times: int) -> int:
    """Pages that the kernel cleared for as many tensors of a pass' size, one after another."""
    before = resource.getrusage(THREAD).ru_minflt
    for _ in range(times):
        torch.ones(2 * MIB, dtype=torch.uint8)
    return resource.getrusage(THREAD).ru_minflt - before


@pytest.mark.skipif(THREAD is None or not hasattr(ctypes.CDLL(None), "mallopt"), reason="not Linux with glibc")
def test_memory_given_back_is_there_for_the_next_tensor():
    """Also on a thread that is not the main one, as the batcher's is not."""
    keep_freed_memory()
    with ThreadPoolExecutor(1) as thread:
        thread.submit(fill, 3).result()
        pages = min(thread.submit(fill, 50).result() for _ in range(3))  # others may allocate meanwhile

    assert pages < 50 * 2 * MIB / resource.getpagesize() / 10
