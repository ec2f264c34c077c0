"""A model's dimensions are those it was made for."""

from pathlib import Path

import pytest

from deployments.embedding.card import ModelCard, dimensions
from deployments.embedding.checkpoint import Checkpoint
from deployments.embedding.minilm import DIGESTS
from deployments.embedding.prompts import Prompts
from deployments.errors import ConfigError, InvalidField
from tests.embedding.egemma import PROMPTS

UNKNOWN = Checkpoint(Path("unknown"), {"model.safetensors": "0"})
MINILM = Checkpoint(Path("minilm"), DIGESTS)
PLAIN = Prompts.of_model({"query": "", "document": ""})
GEMMA = Prompts.of_model(PROMPTS)


@pytest.mark.parametrize(
    ("configured", "full", "checkpoint", "prompts", "expected"),
    [
        (None, 768, UNKNOWN, GEMMA, (128, 256, 512, 768)),
        (None, 384, MINILM, PLAIN, (128, 256, 384)),
        (None, 384, UNKNOWN, PLAIN, (384,)),
        (None, 1024, UNKNOWN, GEMMA, (1024,)),
        ((512, 64, 64), 1024, UNKNOWN, PLAIN, (64, 512)),
        ((256,), 768, UNKNOWN, GEMMA, (256,)),
    ],
)
def test_dimensions_are_the_models_own(configured, full, checkpoint, prompts, expected):
    """Known by what is in the files, not by the folder's name; the configuration has the last word."""
    assert expected == dimensions(configured, full, checkpoint, prompts)


def test_more_dimensions_than_the_model_has_stop_the_start():
    """The error says both."""
    with pytest.raises(ConfigError, match=r"1024.*768"):
        dimensions((128, 1024), 768, UNKNOWN, PLAIN)


@pytest.mark.parametrize(("valid", "default"), [((128, 768), 128), ((384,), 384), ((64, 256), 256)])
def test_the_usual_dimension_is_128_or_the_longest(valid, default):
    """As the original's default was, where the model allows it."""
    card = ModelCard("m", valid, max_tokens=512, device="cpu", dtype="float32")

    assert (default,) == card.choose("usual")
    assert (valid[-1],) == card.choose("full")
    assert valid[::-1] == card.choose((*valid[::-1], valid[0]))


@pytest.mark.parametrize("asked", [0, -1, 129, 10**12])
def test_another_dimension_is_refused(asked):
    """The error names those there are."""
    card = ModelCard("m", (128, 384), max_tokens=512, device="cpu", dtype="float32")
    with pytest.raises(InvalidField, match="128, 384") as caught:
        card.choose((128, asked))

    assert "dimensions" == caught.value.param
