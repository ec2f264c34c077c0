"""A rendered prompt: control tokens and plain text, kept apart, so that text can never become control."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Control:
    """A token that only the template may write, by its text in the vocabulary, such as `<|start|>`."""

    text: str


Part = Control | str


class Vocabulary(Protocol):
    """A model's tokens."""

    @property
    def controls(self) -> Mapping[str, int]:
        """Control tokens by their spelling."""
        ...

    @property
    def pieces(self) -> Sequence[bytes]:
        """The bytes each token stands for; none for control tokens."""
        ...

    def control(self, text: str) -> int:
        """The id of the control token that is spelled `text`."""
        ...

    def plain(self, text: str) -> list[int]:
        """The tokens of `text` taken as text, also where it spells a control token."""
        ...


def tokenize(parts: Iterable[Part], vocabulary: Vocabulary) -> list[int]:
    """Neighbouring texts are joined first, for a tokenizer's merges may cross their seam."""
    tokens: list[int] = []
    for is_control, group in groupby(parts, lambda part: isinstance(part, Control)):
        if is_control:
            tokens.extend(vocabulary.control(part.text) for part in group if isinstance(part, Control))
        else:
            tokens.extend(vocabulary.plain("".join(part for part in group if isinstance(part, str))))
    return tokens
