"""A GGUF as llama.cpp runs it, for measuring: its tokens, logits and greedy answers. No engine, no batching."""

import datetime
from collections.abc import Sequence
from pathlib import Path

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from deployments.chat.deltas import Content, Reasoning
from deployments.chat.harmony.header import MARKS
from deployments.chat.harmony.parse import Alphabet, HarmonyParser
from deployments.chat.harmony.render import render
from deployments.chat.messages import Message, ReasoningEffort
from deployments.chat.prompt import tokenize
from models.pocket.train.vocab import CONTROLS

ENDS = ("<|return|>", "<|call|>")
LONGEST_ANSWER = 400


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
        self._alphabet = Alphabet(self.pieces, {self.control(f"<|{mark}|>"): mark for mark in MARKS})

    def control(self, text: str) -> int:
        return self.controls[text]

    def plain(self, text: str) -> list[int]:
        return self._llama.tokenize(text.encode(), add_bos=False, special=False)

    def logits(self, tokens: list[int]) -> NDArray[np.float32]:
        """One row per position."""
        self._llama.n_tokens = 0
        self._llama.eval(tokens)
        return self._llama.scores[: len(tokens)].copy()

    def write(self, prompt: list[int], limit: int) -> list[int]:
        """What greedy decoding writes, the ending token included if one came before the limit."""
        ends = {self.control(end) for end in ENDS}
        self._llama.n_tokens = 0
        written: list[int] = []
        while len(written) < limit and not (written and written[-1] in ends):
            self._llama.eval(written[-1:] or prompt)
            written.append(int(self._llama.scores[self._llama.n_tokens - 1].argmax()))
        return written

    def answer(self, messages: Sequence[Message], effort: ReasoningEffort) -> tuple[str, str]:
        """Reasoning and content, as the workbench would deliver them."""
        prompt = render(messages, effort=effort, today=datetime.date.today())
        written = self.write(tokenize(prompt, self), LONGEST_ANSWER)
        parser = HarmonyParser(self._alphabet)
        pieces = [piece for token in written for piece in parser.feed(token)] + parser.finish()
        reasoning = "".join(piece.text for piece in pieces if isinstance(piece, Reasoning))
        return reasoning, "".join(piece.text for piece in pieces if isinstance(piece, Content))
