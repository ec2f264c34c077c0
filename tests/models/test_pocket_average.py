"""The mean of several runs of pocket-chat's training, weight by weight."""

import pytest
import torch

from models.pocket.train import checkpoint
from models.pocket.train.average import average
from models.pocket.train.model import PocketModel, Shape
from models.pocket.train.vocab import Vocabulary


def run(folder, vocabulary: Vocabulary, value: float):
    """A run's folder, all of whose weights are that value."""
    model = PocketModel(Shape(len(vocabulary), layers=1))
    model.load_state_dict({name: torch.full_like(weight, value) for name, weight in model.state_dict().items()})
    checkpoint.save(folder, model, vocabulary)
    return folder


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary.learn(["pots and pans " * 20], 400)


def test_each_run_has_its_share(tmp_path, vocabulary):
    """Shares need not add up to one."""
    shares = {run(tmp_path / "a", vocabulary, 1.0): 1.0, run(tmp_path / "b", vocabulary, 5.0): 3.0}
    model, kept = average(shares)

    assert vocabulary.pieces == kept.pieces
    assert all(torch.all(weight == 4.0) for weight in model.state_dict().values())


def test_runs_of_different_vocabularies_have_no_mean(tmp_path, vocabulary):
    """Their tokens mean different things."""
    other = Vocabulary.learn(["knives or forks " * 20], 400)

    with pytest.raises(ValueError, match="different vocabularies"):
        average({run(tmp_path / "a", vocabulary, 1.0): 1.0, run(tmp_path / "b", other, 1.0): 1.0})
