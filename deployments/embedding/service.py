"""The embedding service: a request's way from texts to vectors. It knows the stages, and leaves each to its owner."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from deployments.config import EmbedderConfig
from deployments.embedding import cache
from deployments.embedding.batch import fill, fill_padded
from deployments.embedding.batcher import Batcher
from deployments.embedding.cache import Embedding
from deployments.embedding.card import ModelCard, dimensions
from deployments.embedding.checkpoint import Checkpoint
from deployments.embedding.flights import Flights
from deployments.embedding.prompts import Prompts
from deployments.embedding.queue import Line
from deployments.embedding.reader import Reader, Reading
from deployments.embedding.request import Body, EmbeddingRequest, EmbeddingResult, Overflow
from deployments.embedding.tiers import CacheTiers
from deployments.embedding.vectors import mean
from deployments.errors import InvalidRequest

if TYPE_CHECKING:
    from deployments.embedding.encoder import SentenceEncoder

READER_THREADS = 2


@dataclass(frozen=True, slots=True)
class Counters:
    """Since the start. `tokens` went through the model, `cache_hits` and `deduplicated` of the `texts` did not."""

    texts: int
    tokens: int
    batches: int
    cache_hits: int
    deduplicated: int


class EmbeddingService:
    """One model. Prompt, cache, tokens, batches, vectors: in this order."""

    def __init__(self, encoder: "SentenceEncoder", info: ModelCard, config: EmbedderConfig) -> None:
        self.info = info
        self._fingerprint = encoder.fingerprint
        self._full_dimension = encoder.dimension
        self._prompts = Prompts.of_model(encoder.prompts)
        self._queue_tokens = config.queue_tokens
        self._caches = CacheTiers(config)
        self._flights: Flights[Embedding] = Flights()
        self._reader = Reader(encoder.tokenizer, encoder.max_tokens)
        self._reader_threads = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="embed-reader")
        self._batcher = Batcher(
            encoder.begin,
            fill if encoder.is_packed else fill_padded,
            batch_tokens=config.batch_tokens,
            queue_tokens=config.queue_tokens,
            ahead=encoder.device == "cuda",
        )
        self._texts = self._cache_hits = self._repeated = 0

    @classmethod
    def load(cls, config: EmbedderConfig, folder: Path, name: str) -> "EmbeddingService":
        from deployments.embedding.encoder import SentenceEncoder  # brings torch, which takes seconds

        checkpoint = Checkpoint.read(folder)
        # Loading computes too, and OpenMP's threads end with the one that did: those of the batcher are then alone.
        with ThreadPoolExecutor(1) as loader:
            encoder = loader.submit(SentenceEncoder.load, checkpoint, config).result()
        prompts = Prompts.of_model(encoder.prompts)
        valid = dimensions(config.dimensions, encoder.dimension, checkpoint, prompts)
        card = ModelCard(name, valid, encoder.max_tokens, encoder.device, encoder.dtype, encoder.remark)
        return cls(encoder, card, config)

    @property
    def counters(self) -> Counters:
        shared = self._repeated + self._flights.joined
        return Counters(self._texts, self._batcher.tokens, self._batcher.batches, self._cache_hits, shared)

    @property
    def queued_tokens(self) -> int:
        """What waits for the model now."""
        return self._batcher.queued_tokens

    async def embed(self, request: EmbeddingRequest) -> EmbeddingResult:
        started, dimensions = time.perf_counter(), self.info.choose(request.dimensions)
        prompt, overflow = self._prompts.find(request.prompt_name, request.title), request.overflow
        keys = [cache.key(self._fingerprint, prompt, body, overflow) for body in request.inputs]
        known = await self._caches.find(list(dict.fromkeys(keys)))
        missing = {key: body for key, body in zip(keys, request.inputs, strict=True) if key not in known}
        self._count(keys, known, missing)
        known |= await self._compute(missing, prompt, overflow, request.caller)
        return self._result([known[key] for key in keys], dimensions, started)

    def close(self) -> None:
        """Requests that come later hear it from the batcher; the readers' threads end with the service."""
        self._batcher.close()

    async def _compute(
        self, missing: Mapping[bytes, Body], prompt: str, overflow: Overflow, caller: str
    ) -> dict[bytes, Embedding]:
        if not missing:
            return {}
        read = partial(self._reader.read, list(missing.values()), prompt, overflow)
        readings = await asyncio.get_running_loop().run_in_executor(self._reader_threads, read)
        self._check_size(readings)
        line = Line(caller)
        wanted = {key: partial(self._embed, key, reading, line) for key, reading in zip(missing, readings, strict=True)}
        computed = await self._flights.results(wanted)
        self._caches.share(computed)
        return computed

    async def _embed(self, key: bytes, reading: Reading, line: Line) -> Embedding:
        rows = await asyncio.gather(*map(asyncio.wrap_future, self._batcher.submit(reading.windows, line)))
        embedding = Embedding(mean(rows, reading.weights), reading.tokens, reading.is_truncated)
        self._caches.keep(key, embedding)
        return embedding

    def _check_size(self, readings: Sequence[Reading]) -> None:
        """What could never be let in is not told to try again."""
        tokens = sum(reading.tokens for reading in readings)
        if tokens > self._queue_tokens:
            raise InvalidRequest(
                f"The request has {tokens} tokens, but at most {self._queue_tokens} may wait. Send it in parts."
            )
        self._batcher.require_room(tokens)

    def _count(self, keys: Sequence[bytes], known: Mapping[bytes, Embedding], missing: Mapping[bytes, Body]) -> None:
        hits = sum(key in known for key in keys)
        self._texts += len(keys)
        self._cache_hits += hits
        self._repeated += len(keys) - hits - len(missing)

    def _result(self, embeddings: Sequence[Embedding], dimensions: tuple[int, ...], started: float) -> EmbeddingResult:
        rows = np.array([embedding.vector for embedding in embeddings], dtype=np.float32)
        return EmbeddingResult(
            vectors=rows.reshape(len(embeddings), self._full_dimension),
            dimensions=dimensions,
            prompt_tokens=sum(embedding.tokens for embedding in embeddings),
            model=self.info.name,
            seconds=time.perf_counter() - started,
            truncated=tuple(i for i, embedding in enumerate(embeddings) if embedding.is_truncated),
            fingerprint=self._fingerprint,
        )
