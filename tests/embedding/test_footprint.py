"""What a model will take is known before it is loaded, and is enough."""

import weakref

import pytest
import torch
from sentence_transformers import SentenceTransformer
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from deployments.embedding.footprint import Footprint, footprint
from deployments.embedding.minilm import minilm_folder


class Peak(TorchDispatchMode):
    """The most bytes that results of operations have taken at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0
        self._known: set[int] = set()

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        for tensor in tree_leaves(result):
            if isinstance(tensor, torch.Tensor):
                self._take(tensor.untyped_storage())
        return result

    def _take(self, storage: torch.UntypedStorage) -> None:
        place, size = storage.data_ptr(), storage.nbytes()
        if place in self._known:
            return
        self._known.add(place)
        self.now += size
        self.most = max(self.most, self.now)
        weakref.finalize(storage, self._give_back, place, size)

    def _give_back(self, place: int, size: int) -> None:
        self._known.discard(place)
        self.now -= size


@pytest.fixture(params=["minilm", "egemma"])
def folder(request):
    return minilm_folder() if request.param == "minilm" else request.getfixturevalue("egemma_folder")


def test_weights_are_counted_to_the_byte(folder):
    """From the headers of their files, in the type they are loaded in."""
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    numbers = sum(weight.numel() for weight in model.state_dict().values() if weight.is_floating_point())

    assert numbers * 4 == pytest.approx(footprint(folder, batch_tokens=1, number_bytes=4).weights, rel=0.001)
    assert (
        2
        == footprint(folder, batch_tokens=1, number_bytes=4).weights
        / footprint(folder, batch_tokens=1, number_bytes=2).weights
    )


@pytest.mark.parametrize(("texts", "tokens"), [(1, 256), (8, 256), (64, 32)])
def test_the_budget_for_batches_is_enough(folder, texts, tokens):
    """For few long texts and for many short ones, and less than ten times too much for the longest."""
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True).eval()
    ids = torch.full((texts, tokens), 7)
    with torch.inference_mode(), Peak() as peak:
        model({"input_ids": ids, "attention_mask": torch.ones_like(ids)})
    budget = footprint(folder, batch_tokens=texts * tokens, number_bytes=4).activations

    assert 0 < peak.most <= budget
    assert budget < 100 * peak.most


def test_what_is_missing_is_said_with_what_to_change():
    """In one line; nothing, when it fits."""
    need = Footprint(600_000_000, 700_000_000)

    assert need.lack(1_300_000_000) is None
    assert (
        "needs 1.3 GB (weights 0.6 GB, batches 0.7 GB), but 1.2 GB of GPU memory may be used: "
        "lower batch_tokens, or reserve more with num_gpus." == need.lack(1_200_000_000)
    )
