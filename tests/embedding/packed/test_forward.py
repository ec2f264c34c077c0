"""Packed, every text gets the vector that sentence-transformers gives it alone, whatever lies beside it."""

import random

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from transformers import BertConfig, BertModel, DistilBertConfig, DistilBertModel

from deployments.embedding.model import window
from deployments.embedding.packed import forward
from deployments.embedding.packed.forward import CannotPack, PackedForward
from deployments.embedding.padded import PaddedForward
from deployments.embedding.vectors import Vectors, likeness, unit
from tests.embedding.egemma import VOCABULARY, WINDOW, transformer

# Lengths at which something begins: texts that share a product, a second block, the window's edge.
EDGES = [1, 2, 9, 15, 16, 17, 127, 128, 129, 255, 256, 257, 258, 512, 513, 2047, 2048]
lengths = st.lists(st.sampled_from(EDGES) | st.integers(1, 40) | st.integers(1, WINDOW), min_size=1, max_size=5)
few = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])


def texts(sizes: list[int]) -> list[list[int]]:
    """Ids of all kinds, paddings among them."""
    dice = random.Random(str(sizes))
    return [[dice.randrange(VOCABULARY) for _ in range(size)] for size in sizes]


def rows(run, batch: list[list[int]]) -> Vectors:
    with torch.inference_mode():
        return unit(run(batch).numpy())


def alone(model: SentenceTransformer, batch: list[list[int]]) -> Vectors:
    """As the library computes each text, in a batch of its own."""
    return np.concatenate([rows(PaddedForward(model), [text]) for text in batch])


@few
@given(sizes=lengths)
def test_every_mix_of_lengths_gives_the_librarys_own_vectors(model, sizes):
    """In float32, to the fifth place."""
    batch = texts(sizes)
    packed = PackedForward.of(model, torch.float32, WINDOW)

    np.testing.assert_allclose(rows(packed, batch), alone(model, batch), atol=1e-5)


@few
@given(sizes=lengths)
def test_bfloat16_keeps_the_direction(model, sizes):
    """To a cosine of 0.999 of what float32 gives."""
    batch = texts(sizes)
    packed = PackedForward.of(model, torch.bfloat16, WINDOW)

    assert likeness(rows(packed, batch), alone(model, batch)).min() >= 0.999


@few
@given(sizes=lengths, others=lengths)
def test_a_vector_does_not_depend_on_its_batch(model, sizes, others):
    """Nor on its place in it."""
    packed = PackedForward.of(model, torch.float32, WINDOW)
    batch, company = texts(sizes), texts(others)
    beside = rows(packed, [*company, *batch[::-1]])[len(company) :][::-1]

    np.testing.assert_allclose(beside, rows(packed, batch), atol=2e-6)


def test_the_longest_text_has_places_for_all_its_tokens(model, monkeypatch):
    """Where the tokenizer names no limit, the table of positions does. Roberta's begins behind the padding."""
    monkeypatch.setattr(model, "max_seq_length", 10**6)
    tokens = window(model)
    longest = texts([tokens])
    packed = PackedForward.of(model, torch.float32, tokens)

    np.testing.assert_allclose(rows(packed, longest), rows(PaddedForward(model), longest), atol=2e-6)


def test_what_is_not_finite_stays_in_its_own_text(model):
    """A weight that is broken spoils the texts that use it, and no other."""
    packed = PackedForward.of(model, torch.float32, WINDOW)
    table = packed._encoder._embedding if hasattr(packed._encoder, "_embedding") else packed._encoder._words
    kept = table[7].clone()
    table[7] = torch.nan
    found = rows(packed, [[5, 6, 8], [5, 7, 8, 9], [9] * 300])
    table[7] = kept

    assert [True, False, True] == np.isfinite(found).all(axis=1).tolist()


def other(tmp_path, network) -> SentenceTransformer:
    return SentenceTransformer(modules=[transformer(network, tmp_path), Pooling(32, "mean"), Normalize()], device="cpu")


SMALL = {"vocab_size": VOCABULARY, "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        (DistilBertModel(DistilBertConfig(vocab_size=VOCABULARY, dim=32, n_layers=1, n_heads=2)), "DistilBertModel"),
        (BertModel(BertConfig(**SMALL, hidden_act="silu"), add_pooling_layer=False), "activation is silu"),
        (BertModel(BertConfig(**SMALL, is_decoder=True), add_pooling_layer=False), "decoder"),
    ],
    ids=["distilbert", "silu", "decoder"],
)
def test_what_it_does_not_know_it_refuses(tmp_path, network, reason):
    """With the reason, rather than with other vectors."""
    with pytest.raises(CannotPack, match=reason):
        PackedForward.of(other(tmp_path, network), torch.float32, WINDOW)


def test_another_torch_is_refused(model, monkeypatch):
    """Its private operations may be others."""
    monkeypatch.setattr(forward, "TORCH", "2.14.")
    with pytest.raises(CannotPack, match=r"torch 2\.13.*2\.14"):
        PackedForward.of(model, torch.float32, WINDOW)
