"""A sentence-transformers model as a function of token ids. It alone speaks that library's API."""

from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers import __version__ as library_version
from sentence_transformers.base.modules import Transformer
from torch.nn.utils.rnn import pad_sequence

from deployments.config import EmbedderConfig
from deployments.cores import usable_cores
from deployments.embedding.checkpoint import Checkpoint
from deployments.embedding.device import pick_device, pick_dtype
from deployments.embedding.tokenizer import Tokenizer
from deployments.embedding.vectors import Vectors, unit
from deployments.errors import ConfigError, ServingError

PROBES = ["A short text.", "Ein längerer Text, 混合, padded beside the other; 1234 and <b>markup</b>.\n"]
LIKENESS = 0.999


class SentenceEncoder:
    """Lists of token ids, special tokens included → rows of length 1, through the model's own modules."""

    def __init__(self, model: SentenceTransformer, checkpoint: Checkpoint, dimension: int) -> None:
        self._model = model
        self._padding = int(model.tokenizer.pad_token_id or 0)
        self._padding_side = str(model.tokenizer.padding_side)
        self.tokenizer = Tokenizer(model.tokenizer.backend_tokenizer, _vocabulary(model))
        self.prompts = {name: prompt or "" for name, prompt in model.prompts.items()}
        self.dimension = dimension
        self.max_tokens = _window(model)
        self.device = model.device.type
        self.dtype = str(model.dtype).removeprefix("torch.")
        self.fingerprint = checkpoint.fingerprint(f"sentence-transformers {library_version}", self.dtype)

    @classmethod
    def load(cls, checkpoint: Checkpoint, config: EmbedderConfig) -> "SentenceEncoder":
        device = pick_device(config.device)
        # Ray tells torch to use a single thread; this is how it is told otherwise.
        torch.set_num_threads(config.threads or usable_cores())
        model = _load(checkpoint.folder, device, pick_dtype(config.dtype, device))
        prompt = next(filter(None, model.prompts.values()), "")
        reference = model.encode(PROBES, prompt=prompt, normalize_embeddings=True, show_progress_bar=False)
        encoder = cls(model, checkpoint, reference.shape[1])
        if not encoder._agrees([prompt + probe for probe in PROBES], unit(reference)):
            raise ConfigError(f"{checkpoint.folder} cannot be served: text and its token ids give different vectors")
        return encoder

    def encode(self, batch: list[list[int]]) -> Vectors:
        with torch.inference_mode():
            rows = self._model(self._features(batch))["sentence_embedding"]
        vectors = unit(rows.float().cpu().numpy())
        if not np.isfinite(vectors).all():
            raise ServingError("The model gave a vector that is not finite.")
        return vectors

    def _features(self, batch: list[list[int]]) -> dict[str, torch.Tensor]:
        return {
            "input_ids": self._pad([torch.tensor(tokens) for tokens in batch], self._padding),
            "attention_mask": self._pad([torch.ones(len(tokens), dtype=torch.long) for tokens in batch], 0),
        }

    def _pad(self, rows: list[torch.Tensor], value: int) -> torch.Tensor:
        padded = pad_sequence(rows, batch_first=True, padding_value=value, padding_side=self._padding_side)
        return padded.to(self._model.device)

    def _agrees(self, texts: list[str], reference: Vectors) -> bool:
        """Whether it gives the library's own vectors; a model that treats text in ways unknown to us does not."""
        vectors = self.encode([self.tokenizer.frame(tokens) for tokens in self.tokenizer.encode(texts)])
        return bool((np.sum(vectors * reference, axis=1) > LIKENESS).all())


def _load(folder: Path, device: str, dtype: torch.dtype) -> SentenceTransformer:
    try:
        model = SentenceTransformer(str(folder), device=device, local_files_only=True, model_kwargs={"dtype": dtype})
    except Exception as error:  # a broken file can raise anything; tokenizers even raises bare `Exception`
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ConfigError(f"{folder} does not load as a sentence-transformers model: {reason}") from error
    if not isinstance(model[0], Transformer) or not hasattr(model.tokenizer, "backend_tokenizer"):
        raise ConfigError(f"{folder} is not a transformer with a fast tokenizer, which is what can be served")
    if len(model.tokenizer) == len(model.tokenizer.all_special_ids):  # one is made up where its files are missing
        raise ConfigError(f"{folder} does not load as a sentence-transformers model: its tokenizer knows no words")
    model.truncate_dim = None  # one may be saved with the model; vectors are cut later, and by whom they concern
    return model.eval()


def _vocabulary(model: SentenceTransformer) -> int:
    """Rows of the embedding table; a tokenizer may know ids beyond them."""
    transformer = model[0]
    assert isinstance(transformer, Transformer)
    return int(transformer.model.get_input_embeddings().num_embeddings)


def _window(model: SentenceTransformer) -> int:
    """A tokenizer that knows no limit names an absurd one."""
    limits = (model.max_seq_length, getattr(model.config, "max_position_embeddings", None))
    return min(limit for limit in limits if limit)
