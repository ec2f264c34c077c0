"""pocket-chat as published can be trained on, and made larger without forgetting anything."""

import pytest
import torch

from models.pocket.train.export import write
from models.pocket.train.growth import with_layers, with_tokens
from models.pocket.train.model import PocketModel
from models.pocket.train.restore import restore

TEXT = 'What is 12 + 7? My name is Zorblax. {"city": "Oslo", "spans": [1, 2]}'


@pytest.fixture(scope="module")
def restored(pocket_path):
    return restore(pocket_path)


@torch.no_grad()
def logits(model: PocketModel, tokens: list[int]) -> torch.Tensor:
    return model.eval().logits(torch.tensor(tokens))


def test_a_restored_model_writes_the_same_file(restored, pocket_path, tmp_path):
    """Nothing is lost between the GGUF and the model that training goes on with."""
    write(tmp_path / "again.gguf", *restored)

    assert pocket_path.read_bytes() == (tmp_path / "again.gguf").read_bytes()


def test_new_layers_change_nothing_at_first(restored):
    """The grown model says the same, and every new layer still has something to learn from."""
    model, vocabulary = restored
    tokens = vocabulary.plain(TEXT)
    grown = with_layers(model, model.shape.layers + 4)

    assert torch.equal(logits(model, tokens), logits(grown, tokens))
    assert all(layer.attention.query.weight.any() for layer in grown.layers)


def test_layers_grow_by_twos(restored):
    """One of either kind of attention; anything else would turn the others round."""
    with pytest.raises(ValueError, match="cannot become"):
        with_layers(restored[0], restored[0].shape.layers + 1)


def test_new_tokens_join_what_is_frequent_and_leave_the_rest(restored):
    """Old tokens keep their rows, a new one begins as the mean of its parts, and every text can still be written."""
    model, vocabulary = restored
    grown, larger = with_tokens(model, vocabulary, [TEXT, "spqzwx spqzwx spqzwx"], len(vocabulary) + 3)
    tokens = larger.plain(TEXT)

    assert TEXT.encode() == b"".join(larger.pieces[token] for token in tokens)
    assert len(larger.plain("spqzwx")) < len(vocabulary.plain("spqzwx"))
    assert torch.equal(model.embedding.weight[5], grown.embedding.weight[5])
    assert torch.equal(model.output.weight[-1], grown.output.weight[-1])  # the last control token, moved
