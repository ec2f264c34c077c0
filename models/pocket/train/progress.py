"""How training goes, by skill, on values that it never sees. The GGUF itself is judged by evaluate.py."""

from collections import Counter
from itertools import islice

import torch

from models.pocket.train.batch import Batch, batches
from models.pocket.train.model import PocketModel
from models.pocket.train.values import Split
from models.pocket.train.vocab import Vocabulary

SEED = 2
BATCHES = 12


@torch.no_grad()
def held_out_report(model: PocketModel, vocabulary: Vocabulary) -> str:
    right, total = Counter[str](), Counter[str]()
    for batch in islice(batches(vocabulary, SEED, 4096, Split(new_values=True)), BATCHES):
        for skill, is_right in _answers(model, batch):
            total[skill] += 1
            right[skill] += is_right
    shares = ", ".join(f"{skill} {right[skill]}/{total[skill]}" for skill in sorted(total))
    return f"held out: {right.total() / total.total():.1%} ({shares})"


def _answers(model: PocketModel, batch: Batch) -> list[tuple[str, bool]]:
    """An answer is right if each of its tokens is the likeliest one: then greedy decoding would write it."""
    states, _ = model(batch.tokens, batch.positions, batch.branches)
    wrong = (model.output(states).argmax(-1) != batch.targets) & (batch.weights == 1)
    answers = []
    for row, sample in enumerate(batch.samples):
        missed = {sample.branches[i + 1] for i in wrong[row].nonzero().flatten().tolist()}
        answers += [(skill.partition(":")[0], turn + 1 not in missed) for turn, skill in enumerate(sample.skills)]
    return answers
