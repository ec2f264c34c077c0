"""What users, tools and personas wrote, kept out of a template: inside, one character stands for each text.

So nothing in a text can become a control token, or part of one, or be cut, and what a template compares, trims and
writes as JSON is the stand-in.
"""

import json
import re
from dataclasses import dataclass

from deployments.errors import InvalidRequest

# Private-use characters, which no template writes: a quarter of them for texts as they are, one for texts that stand
# in a JSON string, one for JSON within JSON, and once more.
_FIRST, _LEVEL = 0xF0000, 0x8000
STAND_IN = re.compile("([\U000f0000-\U0010ffff])")
_WORD = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Needed:
    """A text that a template must not drop, as part of a sentence, and the parameter it came from."""

    what: str
    param: str


class Texts:
    """Those of one prompt. `reserved` words would be control tokens between a template's brackets."""

    def __init__(self, reserved: frozenset[str] = frozenset()) -> None:
        self._reserved = reserved
        self._texts: list[str] = []
        self._needed: dict[int, Needed] = {}
        self._known: dict[str, str] = {}

    def hold(self, text: str, needed: Needed | None = None) -> str:
        """What stands for the text. Whitespace around it stays as it is, for templates trim."""
        core = text.strip()
        if not core:
            return text
        start = len(text) - len(text.lstrip())
        if needed:
            self._needed[len(self._texts)] = needed
        return text[:start] + self._add(core) + text[start + len(core) :]

    def word(self, text: str) -> str:
        """Templates look for names such as `string` or `required`, so single words are what they are.

        Equal texts have equal stand-ins.
        """
        if _WORD.fullmatch(text) and text not in self._reserved:
            return text
        if text not in self._known:
            self._known[text] = self.hold(text)
        return self._known[text]

    def lost(self, written: str) -> Needed | None:
        """The first text that is needed and does not stand in what a template wrote."""
        found = {_place(letter)[1] for letter in STAND_IN.findall(written)}
        return next((needed for index, needed in self._needed.items() if index not in found), None)

    def of(self, letter: str) -> str:
        """The text that a letter stands for, or the letter, if it stands for itself."""
        level, index = _place(letter)
        if index >= len(self._texts):
            return letter
        text = self._texts[index]
        for _ in range(level):
            text = json.dumps(text, ensure_ascii=False)[1:-1]
        return text

    def _add(self, text: str) -> str:
        if len(self._texts) == _LEVEL:
            raise InvalidRequest(f"The messages and tools hold more than {_LEVEL} texts. Send fewer.")
        self._texts.append(text)
        return chr(_FIRST + len(self._texts) - 1)


def in_json(written: str) -> str:
    """The same, where every text stands in a JSON string."""
    return STAND_IN.sub(lambda match: chr(ord(match[0]) + _LEVEL), written)


def _place(letter: str) -> tuple[int, int]:
    return divmod(ord(letter) - _FIRST, _LEVEL)
