"""A sentence-transformers model as its folder holds it: loaded whole, or refused in one line. It alone loads one."""

from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Transformer

from deployments.errors import ConfigError


def load_model(folder: Path, device: str, dtype: torch.dtype) -> SentenceTransformer:
    """Raises ConfigError."""
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


def vocabulary(model: SentenceTransformer) -> int:
    """Rows of the embedding table; a tokenizer may know ids beyond them."""
    transformer = model[0]
    assert isinstance(transformer, Transformer)
    return int(transformer.model.get_input_embeddings().num_embeddings)


def window(model: SentenceTransformer) -> int:
    """Tokens of the longest text. A tokenizer that knows no limit names an absurd one."""
    limits = (model.max_seq_length, _positions(model))
    return min(limit for limit in limits if limit)


def _positions(model: SentenceTransformer) -> int | None:
    """Rows of the table of positions that a text may use. Roberta's begin behind that of the padding."""
    rows: int | None = getattr(model.config, "max_position_embeddings", None)
    transformer = model[0]
    assert isinstance(transformer, Transformer)
    padding = getattr(getattr(transformer.model, "embeddings", None), "padding_idx", None)
    return rows if rows is None or padding is None else rows - padding - 1
