"""The header of a Harmony message as a model really writes it, which is often not quite as specified."""

import re
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Literal

Mark = Literal["start", "end", "message", "channel", "constrain", "return", "call"]
MARKS: tuple[Mark, ...] = ("start", "end", "message", "channel", "constrain", "return", "call")

Route = Literal["reasoning", "content", "call"]
CHANNELS = ("analysis", "commentary", "final")

_RECIPIENT = re.compile(r"\bto=(?:functions[.:])?([^\s<]+)")
_CHANNEL_WORD = re.compile(r"\s*([A-Za-z]*)")
_LEADING_CHANNEL = re.compile(r"^\s*(?:analysis|commentary|final)\W*")


@dataclass(slots=True)
class Header:
    """The text after each mark since the message began; the first section is the author's role."""

    sections: list[tuple[Mark, bytearray]] = field(default_factory=lambda: [("start", bytearray())])

    @classmethod
    def of_assistant(cls) -> "Header":
        return cls([("start", bytearray(b"assistant"))])

    def open(self, mark: Mark) -> None:
        self.sections.append((mark, bytearray()))

    def write(self, piece: bytes) -> None:
        self.sections[-1][1].extend(piece)

    @property
    def is_bare(self) -> bool:
        """Whether it says `assistant` and nothing else yet."""
        return len(self.sections) == 1 and self.sections[0][1] == b"assistant"

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
        found = [match.group(1) for _, text in self._texts() for match in [_RECIPIENT.search(text)] if match]
        calls = [name for name in found if name != "assistant"]
        return calls[-1] if calls else None

    def route(self, tools: Set[str]) -> Route:
        """A commentary without a recipient is a preamble, which users see. Nobody is called who was not offered."""
        if self.recipient:
            return "call" if self.recipient in tools else "reasoning"
        return "reasoning" if self.channel == "analysis" else "content"

    @property
    def stray_text(self) -> str:
        """What was written where only a header belongs; kept when no message follows."""
        text = "".join(text for mark, text in self._texts() if mark != "start")
        return _LEADING_CHANNEL.sub("", text)

    def _texts(self) -> list[tuple[Mark, str]]:
        return [(mark, text.decode("utf-8", "replace")) for mark, text in self.sections]
