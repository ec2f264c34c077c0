"""Small models of every architecture that runs packed, with random weights, as sentence-transformers holds them."""

from pathlib import Path

import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from transformers import BertConfig, BertModel, RobertaConfig, RobertaModel, XLMRobertaConfig, XLMRobertaModel

from tests.embedding.egemma import VOCABULARY, WINDOW, Shape, build, transformer

BERTS = {
    "bert": (BertModel, BertConfig, {"hidden_act": "gelu"}, "mean"),
    "bert-new": (BertModel, BertConfig, {"hidden_act": "gelu_new"}, "cls"),
    "roberta": (RobertaModel, RobertaConfig, {"hidden_act": "relu", "pad_token_id": 1}, "max"),
    "xlm-roberta": (XLMRobertaModel, XLMRobertaConfig, {"pad_token_id": 0}, "weightedmean"),
}
GEMMAS = {"gemma": Shape(), "gemma-narrow": Shape(sliding_window=16)}
NAMES = [*GEMMAS, *BERTS]


@pytest.fixture(autouse=True)
def _one_thread():
    """Threads that wait for each other are slow where others compute too, and change no result."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session", params=NAMES)
def model(request, tmp_path_factory) -> SentenceTransformer:
    """One of them after another."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param in GEMMAS:
        return SentenceTransformer(str(build(folder, GEMMAS[request.param])), device="cpu", local_files_only=True)
    return _bert(request.param, folder)


def _bert(name: str, folder: Path) -> SentenceTransformer:
    network, config, settings, pooling = BERTS[name]
    torch.manual_seed(0)
    made = network(
        config(
            vocab_size=VOCABULARY,
            hidden_size=96,
            intermediate_size=160,
            num_hidden_layers=3,
            num_attention_heads=4,
            max_position_embeddings=WINDOW + 2,
            **settings,
        ),
        add_pooling_layer=False,
    )
    _stir(made)
    return SentenceTransformer(modules=[transformer(made, folder), Pooling(96, pooling), Normalize()], device="cpu")


def _stir(network: torch.nn.Module) -> None:
    """A new model's biases are 0 and its gains 1, as no trained one's are."""
    for name, weight in network.named_parameters():
        if name.endswith("bias") or "LayerNorm" in name:
            weight.data += 0.1 * torch.randn_like(weight)
