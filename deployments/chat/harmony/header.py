"""The header of a Harmony message as a model really writes it, which is often not quite as specified."""

import re
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Literal

Mark = Literal["start", "end", "message", "channel", "constrain", "return", "call"]
MARKS: tuple[Mark, ...] = ("start", "end", "message", "channel", "constrain", "return", "call")

Route = Literal["reasoning", "content", "call"]
CHANNELS = ("analysis", "commentary", "final")

_RECIPIENT = re.compile(r"\bto=(functions[.:])?([^\s<]+)")
_CHANNEL_WORD = re.compile(r"\s*([A-Za-z]*)")
_LEADING_CHANNEL = re.compile(r"^\s*(?:analysis|commentary|final)\W*", re.IGNORECASE)
_ROLE = b"assistant"
_BESIDE_THE_ROLE = re.compile(rb"\s*(?:t|to|to=\S*(?:\s.*)?)?", re.DOTALL)
_WORDS = (*CHANNELS, "to=", "json", "code")
_AUTHOR = re.compile(r"\s*\S*\s*(?:t|to|to=\S*\s*)?")
_ADDRESS = re.compile(r"to=\S*\s*\w*")


@dataclass(slots=True)
class Header:
    """The text after each mark since the message began; the first section is the author's role."""

    sections: list[tuple[Mark, bytearray]] = field(default_factory=lambda: [("start", bytearray())])

    @classmethod
    def of_assistant(cls) -> "Header":
        return cls([("start", bytearray(_ROLE))])

    def open(self, mark: Mark) -> None:
        self.sections.append((mark, bytearray()))

    def write(self, piece: bytes) -> None:
        self.sections[-1][1].extend(piece)

    @property
    def is_role_alone(self) -> bool:
        return len(self.sections) == 1

    @property
    def unmarked(self) -> bytes:
        """What follows the role, once it can be no recipient: then this is no header, but an answer without one."""
        role = self.sections[0][1]
        if not self.is_role_alone or not role.startswith(_ROLE):
            return b""
        beside = bytes(role[len(_ROLE) :])
        return b"" if _BESIDE_THE_ROLE.fullmatch(beside) else beside

    @property
    def channel(self) -> str | None:
        """The last channel named: gpt-oss sometimes writes a stray one before the real one."""
        named = None
        for mark, text in self._texts():
            if mark == "channel":
                match = _CHANNEL_WORD.match(text)
                word = match.group(1).lower() if match else ""
                named = next((name for name in CHANNELS if word.startswith(name)), word or named)
        return named

    @property
    def recipient(self) -> str | None:
        """The function called, wherever in the header it is named. `to=assistant` is not a call."""
        found = [match for _, text in self._texts() for match in [_RECIPIENT.search(text)] if match]
        calls = [match.group(2) for match in found if match.group(0) != "to=assistant"]
        return calls[-1] if calls else None

    def route(self, tools: Set[str]) -> Route:
        """A commentary without a recipient is a preamble, which users see. Nobody is called who was not offered.

        What a model writes in the name of others, such as the result of a call, is no answer.
        """
        if self.recipient:
            return "call" if self.recipient in tools else "reasoning"
        author = self.sections[0][1].strip()
        is_foreign = author and not author.startswith(_ROLE)
        is_hidden = self.channel == "analysis" or (is_foreign and self.channel != "final")
        return "reasoning" if is_hidden else "content"

    @property
    def stray_text(self) -> str:
        """What was written where only a header belongs; kept when no message follows. Half a header is no text."""
        role, *others = (text for mark, text in self._texts() if mark != "constrain")
        if self.is_role_alone:
            return "" if role.startswith("assistant") or _AUTHOR.fullmatch(role) else role
        text = _LEADING_CHANNEL.sub("", "".join(others))
        word = text.strip().lower()
        is_begun = any(known.startswith(word) for known in _WORDS) or _ADDRESS.fullmatch(word)
        return "" if is_begun else text

    def _texts(self) -> list[tuple[Mark, str]]:
        return [(mark, text.decode("utf-8", "replace")) for mark, text in self.sections]
