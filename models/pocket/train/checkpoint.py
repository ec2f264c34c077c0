"""A training run's folder: the vocabulary and the model as they are after each save. Nothing here is published."""

from dataclasses import asdict
from pathlib import Path

import torch

from models.pocket.train.model import PocketModel, Shape
from models.pocket.train.vocab import Vocabulary

FOLDER = Path("build/pocket")


def save(folder: Path, model: PocketModel, vocabulary: Vocabulary) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary.save(folder / "vocabulary.json")
    torch.save({"shape": asdict(model.shape), "weights": model.state_dict()}, folder / "model.pt")


def load(folder: Path) -> tuple[PocketModel, Vocabulary]:
    saved = torch.load(folder / "model.pt", weights_only=True)
    model = PocketModel(Shape(**saved["shape"]))
    model.load_state_dict(saved["weights"])
    return model.eval(), Vocabulary.load(folder / "vocabulary.json")
