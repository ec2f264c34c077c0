"""A text, in as few parts as a model can read. It knows how many tokens a text has, not what reads it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

from deployments.summary.languages import Kind
from deployments.summary.split import split

Count = Callable[[str], Awaitable[int]]

LONGEST_PIECE = 12  # characters that are counted at once, for each token of room: there are hardly more in one
FILLED = 0.9  # of the room, by the tokens that a piece has on average
AT_ONCE = 4  # pieces counted side by side


async def parts_of(text: str, kind: Kind, room: int, count: Count) -> list[str]:
    """Together they are the text, and each has at most `room` tokens, as `count` says.

    Tokens are spread unevenly, so each piece is counted, and cut again while it is too long.
    """
    pieces, tokens = list(split(text, LONGEST_PIECE * room, kind)), dict[str, int]()
    while True:
        await _count(pieces, tokens, count)
        if all(tokens[piece] <= room for piece in pieces):
            return list(_packed(pieces, tokens, room))
        pieces = [part for piece in pieces for part in _fitting(piece, tokens[piece], room, kind)]


async def _count(pieces: list[str], tokens: dict[str, int], count: Count) -> None:
    turns = asyncio.Semaphore(AT_ONCE)

    async def add(piece: str) -> None:
        async with turns:
            tokens[piece] = await count(piece)

    async with asyncio.TaskGroup() as group:
        for piece in dict.fromkeys(pieces):
            if piece not in tokens:
                group.create_task(add(piece))


def _fitting(piece: str, tokens: int, room: int, kind: Kind) -> Iterator[str]:
    if tokens <= room:
        return iter([piece])
    return split(piece, max(1, int(len(piece) * FILLED * room / tokens)), kind)


def _packed(pieces: list[str], tokens: dict[str, int], room: int) -> Iterator[str]:
    """Neighbours that fit into one part together."""
    part, used = "", 0
    for piece in pieces:
        if part and used + tokens[piece] > room:
            yield part
            part, used = "", 0
        part += piece
        used += tokens[piece]
    yield part
