"""How likely tokens were, as OpenAI reports it of text completions."""

import codecs
from collections.abc import Iterable
from typing import Any

from deployments.chat.deltas import Likelihood


class TextLogprobs:
    """For one answer, from its beginning: `text_offset` says how many characters come before a token."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._characters = 0

    def object(self, likelihoods: Iterable[Likelihood]) -> dict[str, Any]:
        items = list(likelihoods)
        return {
            "tokens": [_spelled(item.piece) for item in items],
            "token_logprobs": [item.logprob for item in items],
            "top_logprobs": [_top(item) for item in items],
            "text_offset": [self._offset(item.piece) for item in items],
        }

    def _offset(self, piece: bytes) -> int:
        before = self._characters
        self._characters += len(self._decoder.decode(piece))
        return before


def _top(item: Likelihood) -> dict[str, float]:
    """The likeliest, and the chosen one whether or not it is among them."""
    return {_spelled(piece): logprob for piece, logprob in (*item.top, (item.piece, item.logprob))}


def _spelled(piece: bytes) -> str:
    r"""A part of a character is told as OpenAI does: `bytes:\xe2\x82`."""
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return "bytes:" + "".join(f"\\x{byte:02x}" for byte in piece)
