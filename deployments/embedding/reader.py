"""Texts of any length → what a model with a limited window reads of them. It knows tokens, not vectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from deployments.embedding.request import Body, Overflow
from deployments.embedding.tokenizer import Tokenizer
from deployments.errors import ContextLengthExceeded, InvalidField


@dataclass(frozen=True, slots=True)
class Reading:
    """One text: a window or several, and how much each counts in their mean."""

    windows: list[list[int]]
    weights: list[int]
    is_truncated: bool = False

    @property
    def tokens(self) -> int:
        return sum(map(len, self.windows))


class Reader:
    def __init__(self, tokenizer: Tokenizer, max_tokens: int) -> None:
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens
        self._room = max_tokens - tokenizer.specials

    def read(self, bodies: Sequence[Body], prompt: str, overflow: Overflow) -> list[Reading]:
        """Fails before anything is computed if one of them is too long to be read as asked."""
        [prefix] = self._tokenizer.encode([prompt])
        texts = iter(self._tokenizer.encode([prompt + body for body in bodies if isinstance(body, str)]))
        tokens = [next(texts) if isinstance(body, str) else [*prefix, *body] for body in bodies]
        return [self._fit(each, prefix, overflow) for each in tokens]

    def _fit(self, tokens: list[int], prefix: list[int], overflow: Overflow) -> Reading:
        if len(tokens) <= self._room:
            return Reading([self._tokenizer.frame(tokens)], [len(tokens)])
        if overflow == "cut":
            return Reading([self._tokenizer.frame(tokens[: self._room])], [self._room], is_truncated=True)
        if overflow == "mean":
            return self._split(tokens, prefix)
        raise ContextLengthExceeded(
            f"A text has {len(tokens) + self._tokenizer.specials} tokens, prompt included, but the model reads "
            f"{self._max_tokens}. Set truncate=true to cut it there, or chunk=mean to average its parts.",
            param="input",
        )

    def _split(self, tokens: list[int], prefix: list[int]) -> Reading:
        """Every window begins with the prompt, for the model knows no text without one."""
        start = _shared(prefix, tokens)
        step = self._room - start
        if step < self._room // 2:
            raise InvalidField(f"The title leaves only {step} tokens of a window to the text.", param="title")
        parts = [tokens[i : i + step] for i in range(start, len(tokens), step)]
        return Reading([self._tokenizer.frame(tokens[:start] + part) for part in parts], [len(part) for part in parts])


def _shared(prefix: list[int], tokens: list[int]) -> int:
    """A tokenizer may merge the prompt's last token with the text's first."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(prefix, tokens, strict=False)))
