"""Texts from many requests → passes of the model, on one thread. It knows token lists and rows, no text and no loop."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial

from deployments.embedding.batch import choose
from deployments.embedding.vectors import Vectors
from deployments.errors import ModelNotReady, Overloaded

Encode = Callable[[list[list[int]]], Vectors]
LOOK_AHEAD = 256


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    tokens: list[int]
    row: Future[Vectors] = field(default_factory=Future)


class Batcher:
    """Whenever the model is free it takes what waits, at once: the oldest text, and those that go well with it."""

    def __init__(self, encode: Encode, *, batch_tokens: int, queue_tokens: int) -> None:
        self.tokens = self.batches = self.queued_tokens = 0
        self._encode = encode
        self._batch_tokens = batch_tokens
        self._queue_tokens = queue_tokens
        self._waiting: deque[Job] = deque()
        self._busy_s = 0.0
        self._is_closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="embed", daemon=True)
        self._thread.start()

    def submit(self, texts: Sequence[list[int]]) -> list[Future[Vectors]]:
        """All are let in, or none. A future that is cancelled before its pass begins costs nothing."""
        jobs = [Job(tokens) for tokens in texts]
        with self._changed:
            self._admit(sum(len(tokens) for tokens in texts))
            self._waiting.extend(jobs)
            self._changed.notify()
        for job in jobs:
            job.row.add_done_callback(partial(self._forget, len(job.tokens)))
        return [job.row for job in jobs]

    def close(self) -> None:
        """The pass that runs is finished; whoever still waits is told."""
        with self._changed:
            self._is_closed = True
            abandoned, self._waiting = self._waiting, deque()
            self._changed.notify()
        for job in abandoned:
            if job.row.set_running_or_notify_cancel():
                job.row.set_exception(ModelNotReady("The embedding model is shutting down."))
        self._thread.join()

    def _admit(self, tokens: int) -> None:
        if self._is_closed:
            raise ModelNotReady("The embedding model is shutting down.")
        if self.queued_tokens and self.queued_tokens + tokens > self._queue_tokens:
            wait_s = self.queued_tokens * self._busy_s / max(self.tokens, 1)
            raise Overloaded("Too many texts are waiting to be embedded.", retry_after_s=max(1, math.ceil(wait_s)))
        self.queued_tokens += tokens

    def _forget(self, tokens: int, row: Future[Vectors]) -> None:
        if row.cancelled():
            with self._changed:
                self.queued_tokens -= tokens

    def _work(self) -> None:
        while (batch := self._next()) is not None:
            if batch:
                self._run(batch)

    def _next(self) -> list[Job] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closed)
            return None if self._is_closed else self._take()

    def _take(self) -> list[Job]:
        look = [self._waiting.popleft() for _ in range(min(LOOK_AHEAD, len(self._waiting)))]
        live = [job for job in look if not job.row.cancelled()]
        if not live:
            return []
        chosen = choose([len(job.tokens) for job in live], self._batch_tokens)
        skipped = set(range(len(live))) - set(chosen)
        self._waiting.extendleft(live[i] for i in sorted(skipped, reverse=True))
        batch = [live[i] for i in chosen if live[i].row.set_running_or_notify_cancel()]
        self.queued_tokens -= sum(len(job.tokens) for job in batch)
        return batch

    def _run(self, batch: list[Job]) -> None:
        started = time.monotonic()
        try:
            rows = list(self._encode([job.tokens for job in batch]))
            assert len(rows) == len(batch)
        except Exception as error:  # the thread outlives it
            self._fail(batch, error)
        else:
            self._count(batch, time.monotonic() - started)
            for job, row in zip(batch, rows, strict=True):
                job.row.set_result(row)

    def _fail(self, batch: list[Job], error: Exception) -> None:
        """One bad text must not spoil the others, so each is tried again alone."""
        if len(batch) == 1:
            batch[0].row.set_exception(error)
        else:
            for job in batch:
                self._run([job])

    def _count(self, batch: list[Job], busy_s: float) -> None:
        self.batches += 1
        self.tokens += sum(len(job.tokens) for job in batch)
        self._busy_s += busy_s
