"""A Harmony answer, token by token → typed pieces. It never raises, repairs nothing and shows no control token.

Control tokens are known by id alone, so text that merely spells one is text. What models write against the
specification (about 4 % of gpt-oss turns at temperature 1) is read as what it most likely meant.
"""

import codecs
import secrets
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from deployments.chat.deltas import CallArguments, CallStarted, Content, Piece, Reasoning
from deployments.chat.harmony.header import Header, Mark, Route

_new_decoder = codecs.getincrementaldecoder("utf-8")
_GAP = "\n\n"  # between two messages that are shown as one text


@dataclass(frozen=True, slots=True)
class Alphabet:
    """How tokens read: `pieces[token]` is its text (empty for control tokens), `marks` names Harmony's own tokens."""

    pieces: Sequence[bytes]
    marks: Mapping[int, Mark]


class HarmonyParser:
    """Reads what follows `<|start|>assistant`. `feed` each token, then `finish`, however the answer ended.

    A call to anything but the `tools` that were offered is no call: its text is shown as reasoning.
    """

    def __init__(self, alphabet: Alphabet, tools: Set[str] = frozenset()) -> None:
        self._alphabet = alphabet
        self._tools = tools
        self._header: Header | None = Header.of_assistant()
        self._route: Route | None = None
        self._decoder = _new_decoder("replace")
        self._has_begun = False
        self._shown = set[type[Piece]]()
        self.calls = 0

    @property
    def is_reasoning(self) -> bool:
        return self._route == "reasoning"

    def feed(self, token: int) -> list[Piece]:
        mark = self._alphabet.marks.get(token)
        if self._route:
            return self._in_body(token, mark)
        if self._header:
            return self._in_header(token, mark)
        return self._between(token, mark)

    def finish(self) -> list[Piece]:
        """The answer ended here, complete or cut: what was held back comes out."""
        return self._close()

    def _in_body(self, token: int, mark: Mark | None) -> list[Piece]:
        if mark is None or mark == "constrain":
            return self._text(self._decoder.decode(self._alphabet.pieces[token]))
        closed = self._close()
        if mark in ("start", "channel", "message"):  # its <|end|> was forgotten
            return closed + self._between(token, mark)
        return closed

    def _in_header(self, token: int, mark: Mark | None) -> list[Piece]:
        header, piece = self._header, self._alphabet.pieces[token]
        assert header is not None
        if mark == "message":
            return self._open(header)
        if mark in ("end", "return", "call"):
            return self._close()
        if mark == "start":
            stray, self._header = self._close(), Header()
            return stray
        if mark:
            header.open(mark)
            return []
        header.write(piece)
        return self._unmarked(header.unmarked) if header.unmarked else []

    def _between(self, token: int, mark: Mark | None) -> list[Piece]:
        """After a message: a new one begins, perhaps without its `<|start|>`."""
        if mark in ("end", "return", "call", "constrain"):
            return []
        if mark is None:
            text = self._alphabet.pieces[token]
            return self._unmarked(text) if text.strip() else []
        self._header = Header.of_assistant()
        return self._in_header(token, mark)

    def _unmarked(self, text: bytes) -> list[Piece]:
        """Text outside any message is an answer that lacks its header."""
        return self._open(Header.of_assistant()) + self._text(self._decoder.decode(text))

    def _open(self, header: Header) -> list[Piece]:
        self._header, self._route, self._decoder = None, header.route(self._tools), _new_decoder("replace")
        self._has_begun = False
        if self._route != "call":
            return []
        self.calls += 1
        return [CallStarted(self.calls - 1, f"call_{secrets.token_hex(12)}", header.recipient or "")]

    def _close(self) -> list[Piece]:
        closed: list[Piece] = []
        if self._route:
            closed = self._text(self._decoder.decode(b"", final=True))
        elif self._header and self._header.stray_text.strip():
            is_answer = self._header.channel == "final" or self._header.is_role_alone
            self._has_begun = False
            closed = self._say(Content if is_answer else Reasoning, self._header.stray_text)
        self._header = self._route = None
        return closed

    def _text(self, text: str) -> list[Piece]:
        if not text:
            return []
        if self._route == "call":
            return [CallArguments(self.calls - 1, text)]
        return self._say(Reasoning if self._route == "reasoning" else Content, text)

    def _say(self, kind: type[Content | Reasoning], text: str) -> list[Piece]:
        is_next = kind in self._shown and not self._has_begun
        self._has_begun = True
        self._shown.add(kind)
        return [*([_gap(kind)] if is_next else []), kind(text)]


def _gap(kind: type[Content | Reasoning]) -> Piece:
    return Reasoning(_GAP) if kind is Reasoning else Content(_GAP, is_spelled=False)
