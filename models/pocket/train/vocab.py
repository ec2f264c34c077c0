"""A byte-level BPE vocabulary with Harmony's control tokens. It knows texts and ids, not what they are used for.

It splits text as gpt-oss does, so llama.cpp reads it as `gpt2` with the pre-tokenizer `gpt-4o`. Merges are learned on
finer pieces: never across digits, and never from a space into a word, but for a few words that templates are made of.
So numbers are digits, and a word has the same tokens wherever it stands: in a sentence, in quotes, or in an identifier.
That is what makes copying learnable, and why those words must be few: with ` but` as one token, *my butcher* and
`"butcher"` begin with two different ones.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

CONTROLS = (
    *("<|startoftext|>", "<|endoftext|>", "<|return|>", "<|constrain|>", "<|channel|>", "<|start|>", "<|end|>"),
    *("<|message|>", "<|call|>"),
)
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
WORDS = r"\p{Ll}+|\p{Lu}\p{Ll}*|\p{N}|[^\s\p{L}\p{N}]+|\s+"
SPACED_WORDS = 64  # tokens that are a whole word with the space before it

PRINTABLE = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
OTHERS = sorted(set(range(256)) - set(PRINTABLE))
SPACE = "Ġ"  # as GGUF spells it
BYTES = {chr(byte): byte for byte in PRINTABLE} | {chr(256 + i): byte for i, byte in enumerate(OTHERS)}


def _splitter(pattern: str) -> pre_tokenizers.Sequence:
    split = pre_tokenizers.Split(Regex(pattern), behavior="isolated")
    return pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def _whole_words(bpe: Tokenizer, texts: Iterable[str]) -> Iterator[str]:
    """Those of one token that follow a space, the most frequent first; no capital alone, for codes begin with it."""
    split = pre_tokenizers.Split(Regex(rf"(?<= )(?:{WORDS})"), "isolated")
    counted = Counter(piece for text in texts for piece, _ in split.pre_tokenize_str(text) if not piece[0].isspace())
    for word, _ in counted.most_common():
        tokens = bpe.encode(word).tokens
        if len(tokens) == 1 and not word[0].isdigit() and not (len(word) == 1 and word.isupper()):
            yield tokens[0]


def _with_space(tokens: list[str], merges: list[str], words: list[str]) -> tuple[list[str], list[str]]:
    return tokens + [SPACE + word for word in words], merges + [f"{SPACE} {word}" for word in words]


class Vocabulary:
    """Satisfies `deployments.chat.prompt.Vocabulary`. Control tokens follow the learned ones."""

    def __init__(self, bpe: Tokenizer) -> None:
        bpe.pre_tokenizer = _splitter(O200K)
        self._bpe = bpe
        self._encode = lru_cache(maxsize=10_000)(lambda text: tuple(bpe.encode(text).ids))

    @classmethod
    def learn(cls, texts: Sequence[str], size: int) -> "Vocabulary":
        """Control tokens included."""
        bpe = Tokenizer(models.BPE())
        bpe.pre_tokenizer = _splitter(WORDS)
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        learned = size - len(CONTROLS) - SPACED_WORDS
        trainer = trainers.BpeTrainer(vocab_size=learned, initial_alphabet=alphabet, show_progress=False)
        bpe.train_from_iterator(texts, trainer)
        words = list(islice(_whole_words(bpe, texts), SPACED_WORDS))
        known = cls(bpe)
        return cls.of(*_with_space(known.tokens[: -len(CONTROLS)], known.merges, words))

    @classmethod
    def of(cls, tokens: list[str], merges: list[str]) -> "Vocabulary":
        ids = {token: i for i, token in enumerate(tokens)}
        return cls(Tokenizer(models.BPE(ids, [tuple(merge.split(" ")) for merge in merges])))

    @classmethod
    def load(cls, path: Path) -> "Vocabulary":
        return cls(Tokenizer.from_file(str(path)))

    def save(self, path: Path) -> None:
        self._bpe.save(str(path))

    def __len__(self) -> int:
        return len(self.tokens)

    @cached_property
    def tokens(self) -> list[str]:
        """As GGUF spells them: bytes as printable characters, then the control tokens."""
        learned = self._bpe.get_vocab()
        return [*sorted(learned, key=learned.__getitem__), *CONTROLS]

    @property
    def merges(self) -> list[str]:
        return [" ".join(pair) for pair in json.loads(self._bpe.to_str())["model"]["merges"]]

    @cached_property
    def controls(self) -> dict[str, int]:
        return {text: len(self) - len(CONTROLS) + i for i, text in enumerate(CONTROLS)}

    @cached_property
    def pieces(self) -> list[bytes]:
        learned = self.tokens[: -len(CONTROLS)]
        return [bytes(BYTES[letter] for letter in token) for token in learned] + [b""] * len(CONTROLS)

    def control(self, text: str) -> int:
        return self.controls[text]

    def plain(self, text: str) -> list[int]:
        return list(self._encode(text))
