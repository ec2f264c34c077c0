"""Texts, or lists of tokens: one, or several of a kind."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from pydantic import Discriminator, Field, Tag

Body = str | tuple[int, ...]
Tokens = Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1, fail_fast=True)]
Text = TypeVar("Text")
Texts = TypeVar("Texts")
TokenLists = TypeVar("TokenLists")


def _kind(sent: Any) -> str | None:
    """Of all, by the first."""
    if isinstance(sent, str):
        return "text"
    if not isinstance(sent, list):
        return None
    kinds = {int: "tokens", list: "token lists"}
    return kinds.get(type(sent[0]), "texts") if sent else "texts"


Sent = Annotated[
    Annotated[Text, Tag("text")]
    | Annotated[Tokens, Tag("tokens")]
    | Annotated[Texts, Tag("texts")]
    | Annotated[TokenLists, Tag("token lists")],
    Discriminator(  # so that an error is about what was meant, not about all that it might be
        _kind,
        custom_error_type="no_body",
        custom_error_message="Input should be a text, a list of texts, a list of tokens, or a list of lists of tokens",
    ),
]


def bodies_of(sent: str | Sequence[int] | Sequence[str] | Sequence[Sequence[int]]) -> tuple[Body, ...]:
    """A list of numbers is one."""
    if isinstance(sent, str):
        return (sent,)
    if isinstance(sent[0], int):
        return (tuple(token for token in sent if isinstance(token, int)),)
    return tuple(one if isinstance(one, str) else tuple(one) for one in sent if not isinstance(one, int))
