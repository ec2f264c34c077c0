"""Token ids → rows as sentence-transformers computes them: all texts of a batch padded to the longest."""

from collections.abc import Sequence

import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence


class PaddedForward:
    def __init__(self, model: SentenceTransformer) -> None:
        self._model = model
        self._padding = int(model.tokenizer.pad_token_id or 0)
        self._side = str(model.tokenizer.padding_side)

    def __call__(self, batch: Sequence[Sequence[int]]) -> Tensor:
        ids = self._pad([torch.tensor(tokens) for tokens in batch], self._padding)
        mask = self._pad([torch.ones(len(tokens), dtype=torch.long) for tokens in batch], 0)
        rows: Tensor = self._model({"input_ids": ids, "attention_mask": mask})["sentence_embedding"]
        return rows.float()

    def _pad(self, rows: list[Tensor], value: int) -> Tensor:
        padded = pad_sequence(rows, batch_first=True, padding_value=value, padding_side=self._side)
        return padded.to(self._model.device)
