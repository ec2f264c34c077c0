"""Tokens of a model ↔ bytes. Text never becomes a control token here, whatever it spells."""

import ctypes
import re
from array import array
from functools import cached_property
from itertools import chain
from threading import Lock

import llama_cpp
from cachetools import LRUCache, cached

from deployments.errors import ConfigError

_MARKUP = re.compile(r"<\|.*>|<.*\|>|</?(think|tool_call|tool_response)>")
_LONGEST_PIECE = 1024
_REMEMBERED = 2**20  # tokens of texts that were cut before
_ENDLESS = re.compile(r"\S{4000}(?=\S)|\s{4000}(?=\s)")


class Vocabulary:
    """Reads from the model it was made of; thread-safe."""

    def __init__(self, model: int) -> None:
        self._pointer = llama_cpp.llama_model_get_vocab(model)
        self.size = llama_cpp.llama_vocab_n_tokens(self._pointer)
        known: LRUCache[str, array[int]] = LRUCache(_REMEMBERED, getsizeof=len)
        self._remembered = cached(known, lock=Lock())(self._cut)
        self.ends = frozenset(i for i in range(self.size) if llama_cpp.llama_vocab_is_eog(self._pointer, i))

    @cached_property
    def controls(self) -> dict[str, int]:
        """Control tokens by their spelling."""
        return {self._spelling(i): i for i in range(self.size) if self._is_control(i)}

    @cached_property
    def named(self) -> dict[str, str]:
        """The spellings that chat templates know by name."""
        ids = {
            "bos_token": llama_cpp.llama_vocab_bos(self._pointer),
            "eos_token": llama_cpp.llama_vocab_eos(self._pointer),
        }
        return {name: self._spelling(i) for name, i in ids.items() if i >= 0}

    @property
    def opening(self) -> list[int]:
        """What the model wants before any text: one token, or nothing."""
        wants = llama_cpp.llama_vocab_get_add_bos(self._pointer)
        return [llama_cpp.llama_vocab_bos(self._pointer)] if wants else []

    @cached_property
    def pieces(self) -> list[bytes]:
        """The bytes each token stands for; none for control tokens."""
        hidden = set(self.controls.values()) | self.ends
        return [b"" if i in hidden else self._piece(i) for i in range(self.size)]

    def control(self, text: str) -> int:
        try:
            return self.controls[text]
        except KeyError:
            raise ConfigError(f"The model's vocabulary has no control token {text}.") from None

    def plain(self, text: str) -> list[int]:
        """Tokens of `text` as text. A spelled-out control token is cut in two, which the merges never rejoin.

        llama.cpp takes half a millisecond for a single word, and half a second for 150,000 characters; roles and
        headers come in every prompt, and a conversation in each of its turns.
        """
        return self._remembered(text).tolist()

    def _cut(self, text: str) -> "array[int]":
        first, *others = map(self._tokenize, self._harmless_parts(text))
        return array("i", chain(first, chain.from_iterable(map(self._going_on, others))))

    def _going_on(self, tokens: list[int]) -> list[int]:
        """Of a text's later part: without the space that vocabularies such as Llama 2's put before every text."""
        if not (tokens and self._puts_a_space):
            return tokens
        piece = self.pieces[tokens[0]].removeprefix(b" ")
        return [*([self._ids[piece]] if piece in self._ids else map(self._ids.__getitem__, _bytes(piece))), *tokens[1:]]

    @cached_property
    def _puts_a_space(self) -> bool:
        return b"".join(self.pieces[token] for token in self._tokenize("a")) == b" a"

    @cached_property
    def _ids(self) -> dict[bytes, int]:
        return {piece: i for i, piece in enumerate(self.pieces)}

    @cached_property
    def _spelled_control(self) -> re.Pattern[str]:
        longest_first = sorted(self.controls, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def _harmless_parts(self, text: str) -> list[str]:
        """llama.cpp goes one call deeper for every character of a word or a gap, until its stack ends."""
        spelled = (match.start() + 1 for match in self._spelled_control.finditer(text))
        cuts = sorted({*spelled, *(match.end() for match in _ENDLESS.finditer(text))})
        return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    def _tokenize(self, text: str) -> list[int]:
        data = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode()
        room = len(data) + 8
        buffer = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(self._pointer, data, len(data), buffer, room, False, False)
        return list(buffer[:count])

    def _is_control(self, token: int) -> bool:
        """Much markup of Harmony, Gemma 4 and Qwen is `user defined` to llama.cpp, which text would then spell."""
        attributes = llama_cpp.llama_vocab_get_attr(self._pointer, token)
        if attributes & llama_cpp.LLAMA_TOKEN_ATTR_USER_DEFINED:
            return bool(_MARKUP.fullmatch(self._spelling(token)))
        return bool(attributes & llama_cpp.LLAMA_TOKEN_ATTR_CONTROL)

    def _spelling(self, token: int) -> str:
        return (llama_cpp.llama_vocab_get_text(self._pointer, token) or b"").decode("utf-8", "replace")

    def _piece(self, token: int) -> bytes:
        buffer = ctypes.create_string_buffer(_LONGEST_PIECE)
        count = llama_cpp.llama_token_to_piece(self._pointer, token, buffer, _LONGEST_PIECE, 0, False)
        return ctypes.string_at(buffer, max(count, 0))


def _bytes(piece: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in piece]
