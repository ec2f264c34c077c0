"""The model that all sides embed with: EmbeddingGemma's shape, random weights, no prompts; texts of known length.

It lies in the layout of the published one, which older libraries read too.
"""

import json
import random
import shutil
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from statistics import NormalDist

from tokenizers import Tokenizer

from bench.cache import folder
from tests.embedding.egemma import FULL, build

VERSION = 2  # of what is written here; another is written anew
NAME = f"random-embedder-{VERSION}"
THREADS = 2
EQUAL_TEXTS, EQUAL_TOKENS = 64, 127
SINGLE_TOKENS = 22
MIXED_MEDIAN, MIXED_SPREAD, MIXED_LONGEST = 35, 1.5, 751
SPECIALS = 2

TYPES = {"Transformer": "", "Pooling": "1_Pooling", "Dense": "2_Dense", "Dense ": "3_Dense", "Normalize": "4_Normalize"}


def path() -> Path:
    """Its folder, written now unless it has been before. Seconds, and 1.2 GB."""
    home = folder("bench") / NAME
    if not home.exists():
        built = build(folder("bench") / "new", FULL)
        _publish(built)
        built.rename(home)
        shutil.rmtree(built.parent)
    return home


def equal() -> list[str]:
    return [text(EQUAL_TOKENS, i) for i in range(EQUAL_TEXTS)]


def mixed(times: int = 1) -> list[str]:
    """As many, mostly short, some long; and the same lengths over again, with other words."""
    spread = NormalDist()
    steps = [(i + 0.5) / EQUAL_TEXTS for i in range(EQUAL_TEXTS)]
    lengths = [round(MIXED_MEDIAN * 2.718 ** (MIXED_SPREAD * spread.inv_cdf(step))) for step in steps]
    random.Random(0).shuffle(lengths)
    return [text(min(max(length, SPECIALS + 1), MIXED_LONGEST), i) for i, length in enumerate(lengths * times)]


def single() -> list[str]:
    return [text(SINGLE_TOKENS, 0)]


SETS: Mapping[str, Callable[[], list[str]]] = {"equal": equal, "mixed": mixed, "single": single}


def text(tokens: int, seed: int) -> str:
    """Of that many tokens, special ones included. Those of different seeds differ."""
    return _first() + "".join(random.Random(seed).choices(words(), k=tokens - SPECIALS - 1))


@cache
def words() -> list[str]:
    """Each is one token wherever it stands, its leading space included."""
    known = _tokenizer().get_vocab()
    return sorted(word.replace("▁", " ") for word in known if word[0] == "▁" and word[1:].isalpha() and word[2:])


@cache
def _first() -> str:
    """A word that is one token at the beginning of a text."""
    known = sorted(word for word in _tokenizer().get_vocab() if word.isalpha() and word.islower() and len(word) > 1)
    return next(word for word in known if len(_tokenizer().encode(word).ids) == SPECIALS + 1)


def tokens(texts: list[str]) -> list[list[int]]:
    return [encoding.ids for encoding in _tokenizer().encode_batch(texts)]


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(path() / "tokenizer.json"))


def _publish(home: Path) -> None:
    """In the words that the published model's files use."""
    modules = [
        {"idx": i, "name": str(i), "path": place, "type": f"sentence_transformers.models.{kind.strip()}"}
        for i, (kind, place) in enumerate(TYPES.items())
    ]
    (home / "modules.json").write_text(json.dumps(modules))
    (home / "1_Pooling/config.json").write_text(
        json.dumps({"word_embedding_dimension": FULL.hidden, "pooling_mode_mean_tokens": True, "include_prompt": True})
    )
    (home / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 2048, "do_lower_case": False}))
    _change(home / "config.json", rope_theta=1_000_000.0, rope_local_base_freq=10_000.0, rope_parameters=None)
    _change(home / "tokenizer_config.json", add_bos_token=True, add_eos_token=True)
    _change(home / "config_sentence_transformers.json", prompts={"query": "", "document": ""}, model_type=None)
    for dense in ("2_Dense", "3_Dense"):
        _change(home / dense / "config.json", module_input_name=None, module_output_name=None)


def _change(file: Path, **settings: object) -> None:
    """None takes one away."""
    changed = json.loads(file.read_text()) | settings
    file.write_text(
        json.dumps({name: value for name, value in changed.items() if name not in settings or value is not None})
    )
