"""How a vocabulary's tokens read, where control tokens of a family's markup are letters too. It knows no state."""

import codecs
import re
from collections.abc import Sequence

from deployments.chat.prompt import Control, Vocabulary
from deployments.chat.template.markup import Markup

# Halves of surrogate pairs, which no text that was decoded can hold.
_FIRST = 0xD800
_NO_LETTERS = dict.fromkeys(range(0xD800, 0xE000))
_LETTER = re.compile("[\ud800-\udfff]")


class Alphabet:
    """`encode` gives markup as it will read, and from then on its control tokens have letters."""

    def __init__(self, vocabulary: Vocabulary, markup: Markup) -> None:
        self._pieces: Sequence[bytes] = vocabulary.pieces
        self._controls = vocabulary.controls
        self._markup = markup
        self._letters: dict[int, str] = {}

    def encode(self, text: str) -> str:
        parts = self._markup.parts(text)
        return "".join(self._letter(part) if isinstance(part, Control) else part for part in parts)

    def reader(self) -> "Reader":
        return Reader(self._pieces, self._letters)

    def _letter(self, control: Control) -> str:
        return self._letters.setdefault(self._controls[control.text], chr(_FIRST + len(self._letters)))


class Reader:
    """Characters that come in several tokens stay whole."""

    def __init__(self, pieces: Sequence[bytes], letters: dict[int, str]) -> None:
        self._pieces = pieces
        self._letters = letters
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def read(self, token: int) -> str:
        letter = self._letters.get(token)
        return self._decoder.decode(self._pieces[token]) if letter is None else self.rest() + letter

    def rest(self) -> str:
        return self._decoder.decode(b"", final=True)


def without_letters(text: str) -> str:
    """What may be shown."""
    return text.translate(_NO_LETTERS)


def before_letters(text: str) -> str:
    """Without what was beginning to be markup, where that is certain."""
    return _LETTER.split(text, maxsplit=1)[0]
