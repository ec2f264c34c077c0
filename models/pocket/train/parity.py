"""Whether llama.cpp reads an exported model as we meant it: the same tokens, and the same logits up to rounding."""

from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from models.pocket.train.conversation import Conversation, conversations
from models.pocket.train.llama import Llama
from models.pocket.train.model import PocketModel
from models.pocket.train.sample import answer, prompt
from models.pocket.train.vocab import Vocabulary

SEED = 4
CONVERSATIONS = 40
# Rounding to 16 bits moves logits by thousandths. Where two experts tie for a token, it may also choose the other one,
# and then the logits differ more: rarely, and in any model of this architecture.
TYPICAL_DIFFERENCE = 0.05
TYPICAL = 0.99
ARGMAX_AGREEMENT = 0.999


class ParityError(Exception):
    """llama.cpp and the model that was trained disagree."""


def check(gguf: Path, model: PocketModel, vocabulary: Vocabulary) -> str:
    llama = Llama(gguf)
    told = list(islice(conversations(SEED), CONVERSATIONS))
    _check_tokens(llama, vocabulary, told)
    rows = [_logits(llama, model, vocabulary, conversation) for conversation in told]
    ours, theirs = (np.concatenate(side) for side in zip(*rows, strict=True))
    differences = abs(ours - theirs).max(-1)
    typical, agreement = np.quantile(differences, TYPICAL), (ours.argmax(-1) == theirs.argmax(-1)).mean()
    report = f"{TYPICAL:.0%} of logits within {typical:.4f}, all within {differences.max():.2f}, argmax {agreement:.3%}"
    if typical > TYPICAL_DIFFERENCE or agreement < ARGMAX_AGREEMENT:
        raise ParityError(report)
    return report


def _check_tokens(llama: Llama, vocabulary: Vocabulary, told: list[Conversation]) -> None:
    if llama.pieces != vocabulary.pieces or llama.controls != vocabulary.controls:
        raise ParityError("the vocabularies differ")
    for text in (turn.user for conversation in told for turn in conversation.turns):
        if llama.plain(text) != vocabulary.plain(text):
            raise ParityError(f"the tokens differ: {text!r}")


@torch.no_grad()
def _logits(
    llama: Llama, model: PocketModel, vocabulary: Vocabulary, told: Conversation
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    last = len(told.turns) - 1
    tokens = prompt(told, last, vocabulary) + answer(told, last, vocabulary)
    return model.logits(torch.tensor(tokens)).numpy(), llama.logits(tokens)
