"""A stand-in for an embedding model: texts are alike when they share words."""

import zlib

import numpy as np
from numpy.typing import NDArray


async def embed(texts: list[str]) -> NDArray[np.float32]:
    vectors = np.zeros((len(texts), 512), np.float32)
    for row, text in zip(vectors, texts, strict=True):
        for word in text.lower().split():
            row[zlib.crc32(word.strip(".,!?").encode()) % 512] += 1
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
