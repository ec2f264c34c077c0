"""What must be the same for a stored state to mean the same."""

import hashlib
from pathlib import Path

import llama_cpp

from deployments.engine.llama.parameters import Shape

SAMPLE = 1 << 20


def fingerprint(path: Path, shape: Shape) -> str:
    """Of a model's file, the precision of its caches, and the library."""
    caches = (shape.cache_type_k, shape.cache_type_v, shape.flash_attention)
    return hashlib.sha256(repr((file_fingerprint(path), caches, llama_cpp.__version__)).encode()).hexdigest()


def file_fingerprint(path: Path) -> str:
    """Of its size, and a mebibyte of either end."""
    digest, size = hashlib.sha256(), path.stat().st_size
    with path.open("rb") as file:
        digest.update(file.read(SAMPLE))
        file.seek(max(0, size - SAMPLE))
        digest.update(file.read(SAMPLE))
    digest.update(str(size).encode())
    return digest.hexdigest()
