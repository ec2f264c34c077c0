"""A model made larger: more layers, more tokens. At first it says what it said before, with room to learn."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import torch
from torch import Tensor

from models.pocket.train.model import PocketModel
from models.pocket.train.vocab import CONTROLS, Vocabulary

ADDING = ("attention.output.weight", "attention.output.bias", "experts.down.weight", "experts.down_bias")


def with_layers(model: PocketModel, layers: int) -> PocketModel:
    """New layers add nothing yet. They come in pairs, one of either kind of attention, spread over the depth."""
    new, old = layers - model.shape.layers, model.shape.layers
    if new % 2 or new < 0:
        raise ValueError(f"{old} layers cannot become {layers}: they grow by twos.")
    grown = PocketModel(replace(model.shape, layers=layers))
    weights = {name: weight for name, weight in model.state_dict().items() if not name.startswith("layers.")}
    for place, source in enumerate(_places(old // 2, new // 2)):
        weights |= _silent(grown, place) if source is None else _layer(model, source, place)
    grown.load_state_dict(weights)
    return grown


def _places(pairs: int, new: int) -> list[int | None]:
    """For every layer of the grown model the old one that it was; None for a new one."""
    behind = {round((i + 1) * pairs / (new + 1)) for i in range(new)}
    order: list[int | None] = []
    for pair in range(pairs):
        order += [2 * pair, 2 * pair + 1]
        order += [None, None] if pair + 1 in behind else []
    return order


def _layer(model: PocketModel, source: int, place: int) -> dict[str, Tensor]:
    inner = model.layers[source].state_dict()
    return {f"layers.{place}.{name}": weight for name, weight in inner.items()}


def _silent(model: PocketModel, place: int) -> dict[str, Tensor]:
    quiet = {f"layers.{place}.{name}" for name in ADDING}
    layer = _layer(model, place, place)
    return {name: torch.zeros_like(weight) if name in quiet else weight for name, weight in layer.items()}


def with_tokens(
    model: PocketModel, vocabulary: Vocabulary, texts: list[str], size: int
) -> tuple[PocketModel, Vocabulary]:
    """More merges, behind those there are. A new token starts as the mean of those that it is made of."""
    larger = grown_vocabulary(vocabulary, texts, size)
    grown = PocketModel(replace(model.shape, vocabulary=len(larger)))
    weights = dict(model.state_dict())
    old = {token: i for i, token in enumerate(vocabulary.tokens)}
    parts = {"".join(pair): pair for pair in (merge.split(" ") for merge in larger.merges)}
    for name in ("embedding.weight", "output.weight"):
        rows: dict[str, Tensor] = {token: weights[name][i] for token, i in old.items()}
        for token in larger.tokens:
            if token not in rows:
                rows[token] = torch.stack([rows[part] for part in parts[token]]).mean(0)
        weights[name] = torch.stack([rows[token] for token in larger.tokens])
    grown.load_state_dict(weights)
    return grown, larger


def grown_vocabulary(vocabulary: Vocabulary, texts: list[str], size: int) -> Vocabulary:
    """As BPE learns: always the pair that is most frequent by now."""
    words = Counter(piece for text in texts for piece in vocabulary.learning_pieces(text))
    split = {word: [vocabulary.tokens[token] for token in vocabulary.plain(word)] for word in words}
    tokens, merges = vocabulary.tokens[: -len(CONTROLS)], vocabulary.merges
    while len(tokens) < size - len(CONTROLS):
        pairs = Counter[tuple[str, str]]()
        for word, parts in split.items():
            for pair in pairwise(parts):
                pairs[pair] += words[word]
        best = pairs.most_common(1)[0][0]
        if "".join(best) not in tokens:
            tokens.append("".join(best))
        merges.append(" ".join(best))
        split = {word: _merged(parts, best) for word, parts in split.items()}
    return Vocabulary.of(tokens, merges)


def _merged(parts: list[str], pair: tuple[str, str]) -> list[str]:
    if pair[0] not in parts:
        return parts
    merged: list[str] = []
    for part in parts:
        if merged and (merged[-1], part) == pair:
            merged[-1] += part
        else:
            merged.append(part)
    return merged
