"""A model at the engine's seam whose step takes as long as a GPU's would, and computes nothing."""

import time
from collections.abc import Sequence
from itertools import chain, repeat

from deployments.engine.batch import Batch
from deployments.engine.constraint import Constraint
from deployments.engine.llama.weights import Weights
from deployments.engine.logprobs import TokenLogprobs
from deployments.engine.sampling import Sampling

STEP_S = 0.010
OPENING, WORD = ("<|channel|>", "final", "<|message|>"), " word"


class SleepingModel:
    """Every answer is the same word in Harmony's final channel, as often as it may be said.

    Of the weights, it uses the vocabulary. Slots hold nothing, so they can be cut anywhere, and are not copied.
    """

    threads = 1
    draft_tokens = 0

    def __init__(self, weights: Weights, *, slots: int, context_tokens: int, batch_tokens: int) -> None:
        self.slots, self.context_tokens, self.batch_tokens = slots, context_tokens, batch_tokens
        self._weights = weights
        vocabulary = weights.vocabulary
        self.vocabulary_size = int(vocabulary.size)
        opened, channel, message = OPENING
        self._opening = [vocabulary.control(opened), *vocabulary.plain(channel), vocabulary.control(message)]
        self._word = vocabulary.plain(WORD)

    def decode(self, batch: Batch) -> None:
        time.sleep(STEP_S)

    def sampler(self, sampling: Sampling, constraint: Constraint | None = None) -> "Recital":
        return Recital(self._opening, self._word)

    def ends(self, token: int) -> bool:
        return token in self._weights.vocabulary.ends

    def reach(self, slot: int) -> int:
        return 0

    def saved_reach(self, length: int) -> int:
        return 0

    def rewind(self, slot: int, length: int) -> None:
        pass

    def save(self, slot: int, most: int) -> bytearray | None:
        return None

    def restore(self, slot: int, state: bytearray) -> bool:
        return False

    def save_recent(self, slot: int, most: int) -> bytearray | None:
        return None

    def restore_recent(self, slot: int, state: bytearray) -> bool:
        return False

    def close(self) -> None:
        self._weights.close()


class Recital:
    """Says `opening` once, and then `word` over and over."""

    def __init__(self, opening: Sequence[int], word: Sequence[int]) -> None:
        self._tokens = chain(opening, chain.from_iterable(repeat(word)))

    def sample(self, row: int) -> int:
        return next(self._tokens)

    def logprobs(self, row: int, token: int, top: int) -> TokenLogprobs:
        return TokenLogprobs(token, 0.0, ())

    def close(self) -> None:
        pass
