"""Control tokens in what a template or we ourselves wrote. It knows them by their spelling."""

import re
from collections.abc import Iterator, Mapping

from deployments.chat.prompt import Control, Part


class Markup:
    """`words` are what control tokens spell between their brackets."""

    def __init__(self, controls: Mapping[str, int]) -> None:
        longest_first = sorted(controls, key=len, reverse=True)
        self._control = re.compile(f"({'|'.join(map(re.escape, longest_first)) or '(?!)'})")
        self.controls = controls
        self.words = frozenset(spelling.strip("<>[]|/") for spelling in controls)

    def parts(self, text: str) -> Iterator[Part]:
        """Control tokens, and the text before, between and after them."""
        for i, part in enumerate(self._control.split(text)):
            yield Control(part) if i % 2 else part
