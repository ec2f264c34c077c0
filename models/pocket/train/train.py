"""Trains pocket-chat from nothing: `python -m models.pocket.train.train`. Repeatable: seeds decide data and weights.

Each of several processes (see processes.py) has one thread and reads data of its own.
"""

import argparse
import time
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812
from torch.optim import Optimizer

from models.pocket.train import checkpoint
from models.pocket.train.batch import DRILL_POOLS, DRILL_SHARE, Batch, batches
from models.pocket.train.conversation import conversations
from models.pocket.train.model import PocketModel, Shape
from models.pocket.train.processes import share_gradients, together, total
from models.pocket.train.progress import held_out_report
from models.pocket.train.restore import restore
from models.pocket.train.vocab import Vocabulary

VOCABULARY_SIZE = 1443
BATCH_TOKENS = 2048
MUON_RATE, ADAM_RATE = 3e-3, 1.5e-3
MATRICES = tuple(f"{name}.weight" for name in ("query", "key", "value", "attention.output", "gate", "up", "down"))
WARMUP = 100_000  # tokens
BALANCE = 0.01  # how much uneven experts cost
LOG_EVERY = 100
SAVE_EVERY = 500
WEIGHTS_SEED, DATA_SEED, VOCABULARY_SEED = 0, 1, 3
PROCESS_SEED = 10_000  # a process's data is so far from the next one's


def main() -> None:
    options = _options()
    torch.manual_seed(WEIGHTS_SEED)
    torch.set_num_threads(1)
    model, vocabulary = _resumed(options.resume) if options.resume else _new()
    print(f"{sum(weight.numel() for weight in model.parameters()):,} parameters, {len(vocabulary)} tokens", flush=True)
    for layer in model.layers:
        layer.experts.compile(dynamic=True)
    with together() as number:
        source = batches(
            vocabulary,
            options.seed + PROCESS_SEED * number,
            BATCH_TOKENS,
            drill_pools=0 if options.resume else DRILL_POOLS,
            drills=DRILL_SHARE,
        )
        for step in train(model.train(), source, int(options.million_tokens * 1e6), options.decay, options.rate):
            if step % SAVE_EVERY == 0 and number == 0:
                _keep(options.folder, model, vocabulary)
    if number == 0:
        _keep(options.folder, model, vocabulary)


def _keep(folder: Path, model: PocketModel, vocabulary: Vocabulary) -> None:
    checkpoint.save(folder, model, vocabulary)
    print(held_out_report(model, vocabulary), flush=True)


def _new() -> tuple[PocketModel, Vocabulary]:
    vocabulary = Vocabulary.learn(learning_texts(), VOCABULARY_SIZE)
    return PocketModel(Shape(len(vocabulary))), vocabulary


def _resumed(path: Path) -> tuple[PocketModel, Vocabulary]:
    return checkpoint.load(path) if path.is_dir() else restore(path)


def learning_texts() -> list[str]:
    texts: list[str] = []
    for conversation in islice(conversations(VOCABULARY_SEED), 1500):
        parts = conversation.rendered(len(conversation.turns) - 1)
        texts += [part for part in parts if isinstance(part, str)]
        texts += [turn.thoughts[conversation.effort] for turn in conversation.turns]
    return texts


def train(model: PocketModel, source: Iterator[Batch], tokens: int, decay: float, share: float) -> Iterator[int]:
    """Yields the number of each step done, until all processes together have seen that many tokens."""
    optimizers = _optimizers(model)
    seen, started, losses = 0, time.monotonic(), deque[float](maxlen=LOG_EVERY)
    for step, batch in enumerate(source, start=1):
        for optimizer, rate in optimizers.items():
            optimizer.param_groups[0]["lr"] = share * rate * schedule(seen, tokens, decay)
        losses.append(train_step(model, list(optimizers), batch))
        seen += total(batch.tokens.numel())
        if step % LOG_EVERY == 0:
            speed, loss = seen / (time.monotonic() - started), sum(losses) / len(losses)
            print(f"step {step}  {seen / 1e6:.2f} M tokens  loss {loss:.4f}  {speed:,.0f} tokens/s", flush=True)
        yield step
        if seen >= tokens:
            return


def schedule(seen: int, tokens: int, decay: float) -> float:
    """Linear warm-up, then level, and in the end, for a share `decay` of all tokens, linearly down to zero."""
    left = (1 - seen / tokens) / decay if decay else 1.0
    return max(min(seen / WARMUP + 0.01, 1.0, left), 0.0)


def train_step(model: PocketModel, optimizers: list[Optimizer], batch: Batch) -> float:
    loss, imbalance = weighted_loss(model, batch)
    model.zero_grad()
    torch.autograd.backward(loss + BALANCE * imbalance)
    share_gradients(model)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimizer in optimizers:
        optimizer.step()
    return loss.item()


def weighted_loss(model: PocketModel, batch: Batch) -> tuple[Tensor, Tensor]:
    counted = batch.weights > 0  # logits of the other positions need not be computed
    with torch.autocast("cpu", torch.bfloat16):
        states, imbalance = model(batch.tokens, batch.positions, batch.branches)
        logits = model.output(states[counted])
    losses = F.cross_entropy(logits.float(), batch.targets[counted], reduction="none")
    weights = batch.weights[counted]
    return (losses * weights).sum() / weights.sum(), imbalance


def _optimizers(model: PocketModel) -> dict[Optimizer, float]:
    """With their learning rates: Muon for the matrices inside the layers, AdamW for all else."""
    inner = {name: weight for name, weight in model.named_parameters() if name.endswith(MATRICES)}
    others = [weight for name, weight in model.named_parameters() if name not in inner]
    muon = torch.optim.Muon(inner.values(), lr=MUON_RATE, weight_decay=0.05, adjust_lr_fn="match_rms_adamw")
    adam = torch.optim.AdamW(others, lr=ADAM_RATE, betas=(0.9, 0.98), weight_decay=0.0)
    return {muon: MUON_RATE, adam: ADAM_RATE}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=checkpoint.FOLDER, help="where checkpoints go")
    parser.add_argument("--million-tokens", type=float, default=40.0, help="to see, all processes together")
    parser.add_argument("--resume", type=Path, help="go on from a checkpoint's folder, or from a GGUF")
    parser.add_argument("--seed", type=int, default=DATA_SEED, help="of the data: another one, to go on with new data")
    parser.add_argument("--decay", type=float, default=0.5, help="for which share of them the rate of learning falls")
    parser.add_argument("--rate", type=float, default=1.0, help="share of the usual rate of learning, for little news")
    return parser.parse_args()


if __name__ == "__main__":
    main()
