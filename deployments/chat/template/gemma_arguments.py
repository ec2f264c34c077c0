"""The arguments of Gemma's calls → JSON: `{city:<|"|>Oslo<|"|>,days:[1,2]}`. Keys are bare, strings between marks."""

import json


class GemmaArguments:
    """`quote` is the letter that stands for the mark around strings."""

    def __init__(self, quote: str) -> None:
        self.is_complete = False
        self._quote = quote
        self._open: list[str] = []
        self._is_in_string = self._is_in_key = self._is_key_next = False

    def read(self, text: str) -> tuple[str, str]:
        written = []
        for end, letter in enumerate(text, 1):
            written.append(self._step(letter))
            if self.is_complete:
                return "".join(written), text[end:]
        return "".join(written), ""

    def _step(self, letter: str) -> str:
        if letter == self._quote:
            self._is_in_string = not self._is_in_string
            self._is_key_next = False
            return '"'
        if self._is_in_string:
            return _escaped(letter)
        if self._is_in_key or (self._is_key_next and letter not in "}: \n"):
            return self._in_key(letter)
        return self._between(letter)

    def _in_key(self, letter: str) -> str:
        if letter == ":":
            self._is_in_key = False
            return '": '
        opening = "" if self._is_in_key else '"'
        self._is_in_key, self._is_key_next = True, False
        return opening + _escaped(letter)

    def _between(self, letter: str) -> str:
        if letter in "{[":
            self._open.append(letter)
        elif letter in "}]":
            del self._open[-1:]
            self.is_complete = not self._open
            self._is_key_next = False  # as in `{}`
        if letter in "{,":
            self._is_key_next = self._open[-1:] == ["{"]
        return {",": ", ", ":": ": ", "\n": "", " ": ""}.get(letter, letter)


def _escaped(letter: str) -> str:
    return json.dumps(letter, ensure_ascii=False)[1:-1]
