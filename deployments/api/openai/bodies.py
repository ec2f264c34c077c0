"""Texts, or lists of tokens: one, or several of a kind."""

from collections.abc import Sequence

Body = str | tuple[int, ...]


def bodies_of(sent: str | Sequence[int] | Sequence[str] | Sequence[Sequence[int]]) -> tuple[Body, ...]:
    """A list of numbers is one."""
    if isinstance(sent, str):
        return (sent,)
    if isinstance(sent[0], int):
        return (tuple(token for token in sent if isinstance(token, int)),)
    return tuple(one if isinstance(one, str) else tuple(one) for one in sent if not isinstance(one, int))
