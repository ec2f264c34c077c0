"""What a parser made of an answer, in a form that can be compared."""

from deployments.chat.completion import Collector
from deployments.chat.deltas import CallArguments, CallStarted, Content, Finished, Piece, Reasoning, Usage
from deployments.chat.dialect import Dialect
from deployments.chat.messages import Message
from deployments.chat.request import ChatRequest


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


def read(dialect: Dialect, request: ChatRequest, tokens: list[int]) -> Message:
    """The message that these tokens are."""
    parser, collector = dialect.parser(request), Collector()
    collector.add(piece for token in tokens for piece in parser.feed(token))
    collector.add([*parser.finish(), Finished("stop", Usage(0, 0))])
    return collector.completion.message
