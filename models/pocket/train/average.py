"""The mean of training runs that went on from the same one: `python -m models.pocket.train.average A:0.4 B:0.6`.

It does better than each of them (Wortsman et al., "Model soups", 2022, arXiv:2203.05482).
"""

import argparse
from pathlib import Path

from models.pocket.train import checkpoint
from models.pocket.train.model import PocketModel
from models.pocket.train.vocab import Vocabulary


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="+", type=_run, metavar="FOLDER:SHARE", help="a checkpoint's folder, its share")
    parser.add_argument("--folder", type=Path, default=checkpoint.FOLDER, help="where the mean goes")
    options = parser.parse_args()
    checkpoint.save(options.folder, *average(dict(options.runs)))


def average(shares: dict[Path, float]) -> tuple[PocketModel, Vocabulary]:
    """Each weight is the mean of its values, by the shares of the folders. Raises ValueError for other vocabularies."""
    runs = [checkpoint.load(folder) for folder in shares]
    model, vocabulary = runs[0]
    if any(other.pieces != vocabulary.pieces for _, other in runs):
        raise ValueError("These runs have different vocabularies: only runs that began as one have a mean.")
    parts = [share / sum(shares.values()) for share in shares.values()]
    states = [one.state_dict() for one, _ in runs]
    model.load_state_dict(
        {name: sum(part * state[name] for part, state in zip(parts, states, strict=True)) for name in states[0]}
    )
    return model, vocabulary


def _run(text: str) -> tuple[Path, float]:
    folder, _, share = text.rpartition(":")
    return Path(folder), float(share)


if __name__ == "__main__":
    main()
