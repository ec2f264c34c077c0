"""The arguments of a call as they are written → JSON, piece by piece. It knows where they end, not what they mean."""

from typing import Protocol


class Arguments(Protocol):
    """Those of one call, from their first brace."""

    @property
    def is_complete(self) -> bool: ...

    def read(self, text: str) -> tuple[str, str]:
        """The JSON of `text`, and what stands behind the arguments."""
        ...


class JsonArguments:
    """They are JSON."""

    def __init__(self) -> None:
        self.is_complete = False
        self._depth = 0
        self._is_in_string = self._is_escaped = False

    def read(self, text: str) -> tuple[str, str]:
        for end, letter in enumerate(text, 1):
            self._step(letter)
            if self.is_complete:
                return text[:end], text[end:]
        return text, ""

    def _step(self, letter: str) -> None:
        if self._is_in_string:
            self._is_in_string = self._is_escaped or letter != '"'
            self._is_escaped = letter == "\\" and not self._is_escaped
        elif letter == '"':
            self._is_in_string = True
        else:
            self._depth += (letter in "{[") - (letter in "}]")
            self.is_complete = not self._depth
