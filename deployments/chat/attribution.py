"""Which tokens a text was made of, and how likely the model found them. It knows no dialect."""

from collections import deque
from collections.abc import Iterable, Sequence

from deployments.chat.deltas import Content, Likelihood, Piece
from deployments.engine.logprobs import TokenLogprobs

LEAST_LOGPROB = -9999.0  # JSON has no infinity


class Attribution:
    """`read` each token with the pieces it led to; `shown` gives those that a text begins, once it is shown.

    Between a token and its text lies whatever holds text back: half a character, what may become markup or a stop
    string. So tokens are told apart by counting bytes: a text is made of the last ones that were read.
    """

    def __init__(self, spellings: Sequence[bytes]) -> None:
        self._spellings = spellings
        self._silent: list[Likelihood] = []
        self._waiting: deque[tuple[int, Likelihood]] = deque()
        self._read_bytes = self._shown_bytes = 0

    def read(self, token: TokenLogprobs, pieces: Iterable[Piece]) -> None:
        if self._spellings[token.token]:
            self._silent.append(self._likelihood(token))
        self.end(pieces)

    def end(self, pieces: Iterable[Piece]) -> None:
        """Pieces that came without another token."""
        for piece in pieces:
            if isinstance(piece, Content) and not piece.is_spelled:
                self._read_bytes += _size(piece.text)
                continue
            if isinstance(piece, Content):
                self._claim(piece.text)
            self._silent.clear()

    def shown(self, text: str) -> tuple[Likelihood, ...]:
        self._shown_bytes += _size(text)
        begun = []
        while self._waiting and self._waiting[0][0] < self._shown_bytes:
            begun.append(self._waiting.popleft()[1])
        return tuple(begun)

    def _claim(self, text: str) -> None:
        start, place = self._read_bytes, self._read_bytes + _size(text)
        self._read_bytes, claimed = place, []
        while self._silent and (place > start or _is_fragment(self._silent[-1].piece)):
            token = self._silent.pop()
            place -= len(token.piece)
            claimed.append((max(place, start), token))
        self._waiting.extend(reversed(claimed))

    def _likelihood(self, token: TokenLogprobs) -> Likelihood:
        top = ((self._spellings[other], _finite(logprob)) for other, logprob in token.top)
        spelled = tuple((piece, logprob) for piece, logprob in top if piece)
        return Likelihood(self._spellings[token.token], _finite(token.logprob), spelled)


def _size(text: str) -> int:
    """Bytes, where a character that stands for broken ones counts as one of them."""
    return len(text.encode()) - 2 * text.count("\ufffd")


def _is_fragment(piece: bytes) -> bool:
    """Whether it holds a part of a character only."""
    try:
        piece.decode()
    except UnicodeDecodeError:
        return True
    return False


def _finite(logprob: float) -> float:
    return logprob if logprob > LEAST_LOGPROB else LEAST_LOGPROB
