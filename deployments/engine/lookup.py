"""Speculation by prompt lookup: what followed the last few tokens before may follow them again.

Saxena, Prompt Lookup Decoding (2023). The guess is verified in the same decode call that computes the next token, and
every token is still drawn from the model's own logits, so that an answer never depends on the guesses.
"""

from collections.abc import Sequence

NGRAM = 3
LONGEST = 15  # with the token before them 16 rows, which kernels like
PRIOR, MEMORY, FORGETTING = 0.6, 0.15, 0.02


class PromptLookup:
    """The index and the luck of one sequence."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, ...], int] = {}
        self._indexed = 0
        self._distance: int | None = None
        self._rate = PRIOR

    def draft(self, tokens: Sequence[int], price: float, limit: int) -> list[int]:
        """At most `limit` tokens that may follow `tokens`.

        `price` is what one more row costs, in tokens that the same time would bring without it. A guess is worth as
        much as the chance that it and all before it are right.
        """
        self._index(tokens)
        start = self._find(tokens)
        if start is None:
            return []
        length = self._affordable(price, limit)
        if not length:
            self._rate += FORGETTING * (PRIOR - self._rate)
        return list(tokens[start : start + length])

    def _find(self, tokens: Sequence[int]) -> int | None:
        """Where what follows stands. Behind a word that was replaced, it is the place beside the one before."""
        start = self._seen.get(tuple(tokens[-NGRAM:]))
        if start is None and self._distance is not None:
            start = len(tokens) - self._distance
        self._distance = None if start is None else len(tokens) - start
        return start

    def learn(self, drafted: int, accepted: int) -> None:
        """Each guess up to the first wrong one was a trial."""
        for trial in range(min(drafted, accepted + 1)):
            self._rate += MEMORY * ((trial < accepted) - self._rate)

    def _affordable(self, price: float, limit: int) -> int:
        chance, length = self._rate, 0
        while length < min(limit, LONGEST) and chance > price:
            chance, length = chance * self._rate, length + 1
        return length

    def _index(self, tokens: Sequence[int]) -> None:
        """Every n-gram but the last one, which is what is looked up."""
        for end in range(max(self._indexed, NGRAM), len(tokens)):
            self._seen[tuple(tokens[end - NGRAM : end])] = end
        self._indexed = max(self._indexed, len(tokens))
