"""A GGUF as llama.cpp runs it, for comparing: its tokens and its logits. No engine, no batching."""

from pathlib import Path

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from models.pocket.train.vocab import CONTROLS


class Llama:
    """Satisfies `deployments.chat.prompt.Vocabulary`."""

    def __init__(self, path: Path, *, context: int = 4096, threads: int = 2) -> None:
        self._llama = llama_cpp.Llama(
            str(path), n_ctx=context, n_batch=context, n_threads=threads, logits_all=True, verbose=False
        )
        self.controls = {text: self._llama.tokenize(text.encode(), add_bos=False, special=True)[0] for text in CONTROLS}
        hidden = set(self.controls.values())
        tokens = range(self._llama.n_vocab())
        self.pieces = [b"" if token in hidden else self._llama.detokenize([token]) for token in tokens]

    def control(self, text: str) -> int:
        return self.controls[text]

    def plain(self, text: str) -> list[int]:
        return self._llama.tokenize(text.encode(), add_bos=False, special=False)

    def logits(self, tokens: list[int]) -> NDArray[np.float32]:
        """One row per position."""
        self._llama.n_tokens = 0
        self._llama.eval(tokens)
        return self._llama.scores[: len(tokens)].copy()
