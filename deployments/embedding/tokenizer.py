"""Text → token ids of one model, never shortened. It knows no window and no prompt."""

from collections.abc import Sequence

from tokenizers import Tokenizer as Backend

from deployments.errors import InvalidField


class Tokenizer:
    """Thread-safe, because it never changes: it alone may use the backend from now on."""

    def __init__(self, backend: Backend, vocabulary: int) -> None:
        backend.no_truncation()
        backend.no_padding()
        self._backend = backend
        self._vocabulary = vocabulary
        self._head, self._tail = self._specials()

    @property
    def specials(self) -> int:
        """How many tokens `frame` adds."""
        return len(self._head) + len(self._tail)

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Without the special tokens that stand around a text."""
        return [encoding.ids for encoding in self._backend.encode_batch_fast(texts, add_special_tokens=False)]

    def frame(self, tokens: Sequence[int]) -> list[int]:
        """What the model reads: the tokens between its special ones."""
        # An id without a row in the model would end the process where it runs on a GPU.
        if not all(type(token) is int and 0 <= token < self._vocabulary for token in tokens):
            raise InvalidField(f"Token ids of this model are whole numbers below {self._vocabulary}.", param="input")
        return [*self._head, *tokens, *self._tail]

    def _specials(self) -> tuple[list[int], list[int]]:
        bare, framed = (self._backend.encode("a", add_special_tokens=special).ids for special in (False, True))
        start = next(i for i in range(len(framed)) if framed[i : i + len(bare)] == bare)
        return framed[:start], framed[start + len(bare) :]
