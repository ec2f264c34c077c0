"""A sentence-transformers model as a function of token ids: packed where that proves equal, else the library's way."""

import logging
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers import __version__ as library_version
from torch import Tensor

from deployments.config import EmbedderConfig
from deployments.cores import usable_cores
from deployments.embedding.allocator import keep_freed_memory
from deployments.embedding.checkpoint import Checkpoint
from deployments.embedding.device import pick_device, pick_dtype
from deployments.embedding.model import load_model, vocabulary, window
from deployments.embedding.packed.forward import CannotPack, PackedForward
from deployments.embedding.padded import PaddedForward
from deployments.embedding.tokenizer import Tokenizer
from deployments.embedding.vectors import Vectors, likeness, unit
from deployments.errors import ConfigError, ServingError

logger = logging.getLogger(__name__)

Forward = Callable[[Sequence[Sequence[int]]], Tensor]

PROBES = ["A short text.", "Ein längerer Text, 混合, padded beside the other; 1234 and <b>markup</b>.\n"]
LONG_PROBE = 600  # tokens: beyond the window of the Gemma family's sliding layers
LIKENESS = {torch.float32: 0.99999, torch.bfloat16: 0.999}  # of packed vectors to the library's
TEXT_LIKENESS = 0.999  # of those of token ids to those of their text


class SentenceEncoder:
    """Lists of token ids, special tokens included → rows of length 1.

    `remark` says why a model is computed more slowly than others are; empty: it is not.
    """

    def __init__(self, model: SentenceTransformer, checkpoint: Checkpoint) -> None:
        expected = _of_text(model)  # while the library still has its tokenizer for itself
        self._forward: Forward = PaddedForward(model)
        self._checkpoint = checkpoint
        self.tokenizer = Tokenizer(model.tokenizer.backend_tokenizer, vocabulary(model))
        self.prompts = {name: prompt or "" for name, prompt in model.prompts.items()}
        self.max_tokens = window(model)
        self.device = model.device.type
        self.dtype = str(model.dtype).removeprefix("torch.")
        self.is_packed = False
        self.remark = ""
        self.dimension = expected.shape[1]
        self._check(expected, _prompt(model))

    @classmethod
    def load(cls, checkpoint: Checkpoint, config: EmbedderConfig) -> "SentenceEncoder":
        """Raises ConfigError."""
        device = pick_device(config.device)
        dtype = pick_dtype(config.dtype, device)
        # Ray tells torch to use a single thread; this is how it is told otherwise.
        torch.set_num_threads(config.threads or usable_cores())
        keep_freed_memory()
        if not config.packed:
            return cls(load_model(checkpoint.folder, device, dtype), checkpoint)
        exact = load_model(checkpoint.folder, device, torch.float32 if device == "cpu" else dtype)
        encoder = cls(exact, checkpoint)
        try:
            encoder._pack(exact, dtype)
        except CannotPack as reason:
            if exact.dtype != dtype:
                encoder = cls(load_model(checkpoint.folder, device, dtype), checkpoint)
            encoder._stay_padded(str(reason))
        return encoder

    @property
    def fingerprint(self) -> bytes:
        way = "packed" if self.is_packed else "padded"
        return self._checkpoint.fingerprint(f"sentence-transformers {library_version}", self.dtype, way)

    def encode(self, batch: Sequence[Sequence[int]]) -> Vectors:
        """Raises ServingError where a vector is not finite."""
        return self.begin(batch)()

    def begin(self, batch: Sequence[Sequence[int]]) -> Callable[[], Vectors]:
        """Starts a pass; what it returns waits for the rows of `encode`. A CPU is done before that."""
        with torch.inference_mode():
            rows = self._forward(batch).float().to("cpu", non_blocking=True)
        return partial(_finished, rows, self._end_of_work())

    def _end_of_work(self) -> torch.cuda.Event | None:
        """Of what a GPU has been told until now; it computes by itself."""
        return torch.cuda.current_stream().record_event() if self.device == "cuda" else None

    def _pack(self, model: SentenceTransformer, dtype: torch.dtype) -> None:
        """From now on without padding, unless the vectors are others. Raises CannotPack."""
        probes = self._probes()
        packed = PackedForward.of(model, dtype, self.max_tokens)
        try:
            vectors = self._vectors(packed, probes)
        except RuntimeError as error:
            raise CannotPack(f"torch refuses, {str(error).splitlines()[0]}") from error
        found = likeness(vectors, self._vectors(self._forward, probes)).min()
        if not found >= LIKENESS[dtype]:
            raise CannotPack(f"its vectors would differ from sentence-transformers' own, by a cosine of {found:.4f}")
        self._forward, self.is_packed = packed, True
        self.dtype = str(dtype).removeprefix("torch.")

    def _stay_padded(self, reason: str) -> None:
        self.remark = f"computed with padding, by sentence-transformers itself, which is slower: {reason}"
        logger.warning("The embedding model is %s", self.remark)

    def _probes(self) -> list[list[int]]:
        """Texts of several lengths, one of them longer than a sliding window."""
        short = self.tokenizer.encode(PROBES)
        room = min(self.max_tokens, LONG_PROBE) - self.tokenizer.specials
        words = [token for tokens in short for token in tokens]
        long = (words * (room // len(words) + 1))[:room]
        return [self.tokenizer.frame(tokens) for tokens in (*short, long)]

    def _check(self, expected: Vectors, prompt: str) -> None:
        """A model that treats text in ways unknown to us gives its token ids other vectors, and is refused."""
        tokens = self.tokenizer.encode([prompt + probe for probe in PROBES])
        vectors = self.encode([self.tokenizer.frame(each) for each in tokens])
        if not (likeness(vectors, expected) > TEXT_LIKENESS).all():
            folder = self._checkpoint.folder
            raise ConfigError(f"{folder} cannot be served: text and its token ids give different vectors")

    def _vectors(self, forward: Forward, batch: Sequence[Sequence[int]]) -> Vectors:
        with torch.inference_mode():
            return unit(forward(batch).float().cpu().numpy())


def _of_text(model: SentenceTransformer) -> Vectors:
    """The library's own vectors of the probes."""
    return unit(model.encode(PROBES, prompt=_prompt(model), normalize_embeddings=True, show_progress_bar=False))


def _prompt(model: SentenceTransformer) -> str:
    """One that the model knows, if it knows any."""
    return next(filter(None, model.prompts.values()), "")


def _finished(rows: Tensor, end: torch.cuda.Event | None) -> Vectors:
    if end:
        end.synchronize()
    vectors = unit(rows.numpy())
    if not np.isfinite(vectors).all():
        raise ServingError("The model gave a vector that is not finite.")
    return vectors
