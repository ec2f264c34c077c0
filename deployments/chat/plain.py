"""Text that goes on: no messages, no dialect. It is what the model reads, and what it writes is all there is."""

import codecs
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from deployments.chat.deltas import Content, Delta, Piece
from deployments.engine.sampling import Sampling


@dataclass(frozen=True, slots=True)
class TextRequest:
    """Each of the `prompts`, a text or tokens of the model, is continued `choices` times; `max_tokens` bounds each.

    With `echo`, an answer begins with its prompt. The rest is as in a ChatRequest.
    """

    prompts: tuple[str | tuple[int, ...], ...]
    max_tokens: int
    sampling: Sampling = field(default_factory=Sampling)
    stop: tuple[str, ...] = ()
    choices: int = 1
    echo: bool = False
    caller: str = ""
    timeout_s: float | None = None

    @property
    def answers(self) -> int:
        """How many there will be: all of the first prompt, then all of the second."""
        return len(self.prompts) * self.choices


class PlainParser:
    """Everything is content, but control tokens, which are nothing."""

    calls = 0
    is_reasoning = False

    def __init__(self, spellings: Sequence[bytes]) -> None:
        self._spellings = spellings
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, token: int) -> list[Piece]:
        return self._said(self._decoder.decode(self._spellings[token]))

    def finish(self) -> list[Piece]:
        return self._said(self._decoder.decode(b"", final=True))

    def _said(self, text: str) -> list[Piece]:
        return [Content(text)] if text else []


async def after(said: list[Delta], answer: AsyncGenerator[list[Delta]]) -> AsyncGenerator[list[Delta]]:
    """The answer, with something before its first words."""
    async with aclosing(answer) as groups:
        async for deltas in groups:
            yield said + deltas
            said = []
