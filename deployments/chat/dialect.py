"""The seam between conversations and a model's own way of writing them."""

from collections.abc import Sequence
from typing import Protocol

from deployments.chat.constraints.grammar import Grammar
from deployments.chat.deltas import Piece
from deployments.chat.prompt import Part
from deployments.chat.request import ChatRequest


class Parser(Protocol):
    """Reads one answer, token by token."""

    @property
    def calls(self) -> int:
        """Tool calls begun so far."""
        ...

    @property
    def is_reasoning(self) -> bool:
        """Whether the token just read belongs to the model's reasoning."""
        ...

    def feed(self, token: int) -> Sequence[Piece]: ...

    def finish(self) -> Sequence[Piece]: ...


class Dialect(Protocol):
    def render(self, request: ChatRequest) -> list[Part]:
        """The prompt, up to where the answer begins. Raises InvalidRequest for what the model has no words for."""
        ...

    def grammar(self, request: ChatRequest) -> Grammar | None:
        """What the tokens of the whole answer must follow; None: nothing but the model's own mind."""
        ...

    def parser(self, request: ChatRequest) -> Parser: ...
