"""What a parser made of an answer, in a form that can be compared."""

from deployments.chat.deltas import CallArguments, CallStarted, Content, Piece, Reasoning


def joined(pieces: list[Piece]) -> list[tuple[str, str]]:
    """Kinds and texts, neighbours of one kind put together."""
    kinds = {Reasoning: "reasoning", Content: "content", CallArguments: "arguments"}
    read: list[tuple[str, str]] = []
    for piece in pieces:
        if isinstance(piece, CallStarted):
            read.append(("call", piece.name))
        elif read and read[-1][0] == kinds[type(piece)]:
            read[-1] = (read[-1][0], read[-1][1] + piece.text)
        else:
            read.append((kinds[type(piece)], piece.text))
    return read
