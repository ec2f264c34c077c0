"""An answer, token by token → typed pieces, by its family's markup. It never raises and shows no markup.

Control tokens are known by id alone; markup that is text is found across the seams of tokens.
"""

import secrets
from collections.abc import Callable, Mapping

from deployments.chat.deltas import CallArguments, CallStarted, Content, Piece, Reasoning
from deployments.chat.template.alphabet import Reader, before_letters, without_letters
from deployments.chat.template.held import Held
from deployments.chat.template.marks import Marks


class TemplateParser:
    """`feed` each token, then `finish`, however the answer ended. What calls no tool that was offered is reasoning.

    Where an answer `may_be_json`, whatever begins with no mark is, and holds none.
    """

    def __init__(self, reader: Reader, marks: Marks, *, is_open: bool = False, may_be_json: bool = False) -> None:
        self._reader = reader
        self._marks = marks
        self._arguments = marks.new_arguments()
        self._held = Held()
        self._is_at_seam = is_open
        self._words = self._json if may_be_json else self._content
        self._state = self._thought if is_open else self._beginning()
        self.calls = 0

    @property
    def is_reasoning(self) -> bool:
        return self._state in (self._thought, self._lost)

    def feed(self, token: int) -> list[Piece]:
        return self._read(self._reader.read(token))

    def finish(self) -> list[Piece]:
        """What was held back. A call whose name is not complete is none."""
        pieces, rest = self._read(self._reader.rest()), before_letters(self._held.take())
        if self.is_reasoning:
            return pieces + self._say(Reasoning, rest.rstrip())
        is_json = self._state == self._head and not self._marks.call_begin and self._words == self._json
        return pieces + self._say(Content, rest) if is_json or self._state == self._content else pieces

    def _read(self, text: str) -> list[Piece]:
        self._held.text += text
        pieces: list[Piece] = []
        before = None
        while self._held.text and before != (self._state, self._held.text):
            before = self._state, self._held.text
            pieces += self._state()
        return pieces

    def _beginning(self) -> Callable[[], list[Piece]]:
        """Where nothing announces a call, the answer itself may be one."""
        return self._head if self._marks.heads and not self._marks.call_begin else self._words

    def _content(self) -> list[Piece]:
        text, mark = self._held.cut(self._marks.thought_begin, self._marks.call_begin)
        pieces = self._say(Content, text)
        if mark:
            self._enter(self._head if mark == self._marks.call_begin else self._thought)
        return pieces

    def _json(self) -> list[Piece]:
        if self._held.may_begin(self._marks.thought_begin, self._marks.call_begin):
            return self._content()
        self._marks, self._state = Marks(), self._content
        return []

    def _thought(self) -> list[Piece]:
        """Some models begin to call before they end it."""
        text, mark = self._held.cut(self._marks.thought_end, self._marks.call_begin)
        pieces = self._say(Reasoning, text)
        if mark:
            self._enter(self._head if mark == self._marks.call_begin else self._beginning())
        return pieces

    def _lost(self) -> list[Piece]:
        text, mark = self._held.cut(self._marks.lost)
        pieces = self._say(Reasoning, text)
        if mark:
            self._enter(self._content)
        return pieces

    def _head(self) -> list[Piece]:
        if self._is_at_seam and not self._marks.call_begin:
            self._held.text = self._held.text.lstrip()
        begun = self._call(self._marks.heads)
        if begun is None:
            self._state = self._lost if self._marks.call_begin else self._words
        return begun or []

    def _body(self) -> list[Piece]:
        written, self._held.text = self._arguments.read(self._held.text)
        if self._arguments.is_complete:
            self._enter(self._gap)
        text = without_letters(written)
        return [CallArguments(self.calls - 1, text)] if text else []

    def _gap(self) -> list[Piece]:
        begun, end = self._call(self._marks.nexts), self._marks.end
        if begun is None and (self._held.text.startswith(end) or not end.startswith(self._held.text)):
            self._held.text = self._held.text.removeprefix(end)
            self._enter(self._content)
        return begun or []

    def _call(self, heads: Mapping[str, str]) -> list[Piece] | None:
        """One that begins here, or nothing as long as one may, or None."""
        for head, name in heads.items():
            if self._held.text.startswith(head):
                self._held.text, self._state = self._held.text[len(head) - 1 :], self._body
                self._arguments = self._marks.new_arguments()
                self.calls += 1
                return [CallStarted(self.calls - 1, f"call_{secrets.token_hex(12)}", name)]
        return [] if any(head.startswith(self._held.text) for head in heads) else None

    def _enter(self, state: Callable[[], list[Piece]]) -> None:
        self._state, self._is_at_seam = state, True

    def _say(self, kind: type[Content | Reasoning], text: str) -> list[Piece]:
        shown = without_letters(text)
        if self._is_at_seam:
            shown = shown.lstrip()
            self._is_at_seam = not shown
        return [kind(shown)] if shown else []
