"""Amounts of memory: how they are said, and what a fraction of a GPU leaves for a model.

Ray counts fractions and isolates nothing, so each process holds itself to its own.
"""

CONTEXT_BYTES = 512 * 1024 * 1024  # of each process on a card, for CUDA itself: its context, kernels and cuBLAS


def share_of(total: int, fraction: float) -> int:
    """Bytes that a model may fill of a card with `total`, when `fraction` of it is reserved."""
    return max(0, int(total * min(fraction, 1.0)) - CONTEXT_BYTES)


def size(count: int) -> str:
    """Bytes, in words."""
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"
