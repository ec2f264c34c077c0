"""Texts from many requests → passes of the model, on one thread. It knows token lists and rows, no text and no loop."""

import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from deployments.embedding.batch import Choose
from deployments.embedding.queue import FairQueue, Job, Line
from deployments.embedding.vectors import Vectors
from deployments.errors import ModelNotReady, Overloaded

End = Callable[[], Vectors]
Begin = Callable[[list[Sequence[int]]], End]
LOOK_AHEAD = 256  # texts, at least, among which those that share a pass are chosen
SHORT = 16  # tokens of the texts with which a large pass can still be filled


@dataclass(frozen=True, slots=True)
class Pass:
    """What a model has begun with. `end` waits for its rows, or raises."""

    jobs: list[Job]
    end: End
    started: float


class Batcher:
    """Whenever the model is free it takes what waits, at once: the text whose turn it is, and those that go with it.

    `begin` starts a pass. With `ahead` the next one is begun before the last has ended, for devices that compute by
    themselves.
    """

    def __init__(
        self, begin: Begin, choose: Choose, *, batch_tokens: int, queue_tokens: int, ahead: bool = False
    ) -> None:
        self.tokens = self.batches = self.queued_tokens = 0
        self._begin = begin
        self._choose = choose
        self._batch_tokens = batch_tokens
        self._look_ahead = max(LOOK_AHEAD, batch_tokens // SHORT)
        self._queue_tokens = queue_tokens
        self._ahead = ahead
        self._waiting = FairQueue()
        self._busy_s = self._ended = 0.0
        self._is_closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="embed", daemon=True)
        self._thread.start()

    def submit(self, texts: Sequence[Sequence[int]], line: Line | None = None) -> list[Future[Vectors]]:
        """All are let in, or none. A future that is cancelled before its pass begins costs nothing.

        Texts of the same `line` keep their order, and lines take turns. Raises Overloaded.
        """
        line = line or Line()
        jobs = [Job(tokens, line) for tokens in texts]
        with self._changed:
            self._admit(sum(map(len, texts)))
            for job in jobs:
                self._waiting.add(job)
            self._changed.notify()
        for job in jobs:
            job.row.add_done_callback(partial(self._forget, len(job.tokens)))
        return [job.row for job in jobs]

    def require_room(self, tokens: int) -> None:
        """Raises Overloaded, with the time after which what waits now will be done."""
        if self.queued_tokens and self.queued_tokens + tokens > self._queue_tokens:
            wait_s = self.queued_tokens * self._busy_s / max(self.tokens, 1)
            raise Overloaded("Too many texts are waiting to be embedded.", retry_after_s=max(1, math.ceil(wait_s)))

    def close(self) -> None:
        """The pass that runs is finished; whoever still waits is told."""
        with self._changed:
            self._is_closed = True
            abandoned, self._waiting = self._waiting, FairQueue()
            self._changed.notify()
        while abandoned:
            for job in abandoned.take(LOOK_AHEAD):
                if job.row.set_running_or_notify_cancel():
                    job.row.set_exception(ModelNotReady("The embedding model is shutting down."))
        self._thread.join()

    def _admit(self, tokens: int) -> None:
        if self._is_closed:
            raise ModelNotReady("The embedding model is shutting down.")
        self.require_room(tokens)
        self.queued_tokens += tokens

    def _forget(self, tokens: int, row: Future[Vectors]) -> None:
        if row.cancelled():
            with self._changed:
                self.queued_tokens -= tokens

    def _work(self) -> None:
        running: Pass | None = None
        while (batch := self._next(may_wait=running is None)) is not None:
            begun = self._start(batch) if batch else None
            if running:
                self._finish(running)
            if begun and not self._ahead:
                self._finish(begun)
            running = begun if self._ahead else None
        if running:
            self._finish(running)

    def _next(self, *, may_wait: bool) -> list[Job] | None:
        """Empty: nothing waits now. None: nothing will."""
        with self._changed:
            if may_wait:
                self._changed.wait_for(lambda: self._waiting or self._is_closed)
            return None if self._is_closed else self._take()

    def _take(self) -> list[Job]:
        live = [job for job in self._waiting.take(self._look_ahead) if not job.row.cancelled()]
        if not live:
            return []
        chosen = self._choose([len(job.tokens) for job in live], self._batch_tokens)
        skipped = set(range(len(live))) - set(chosen)
        self._waiting.give_back([live[i] for i in sorted(skipped)])
        batch = [live[i] for i in chosen if live[i].row.set_running_or_notify_cancel()]
        self.queued_tokens -= sum(len(job.tokens) for job in batch)
        return batch

    def _start(self, batch: list[Job]) -> Pass | None:
        started = time.monotonic()
        try:
            return Pass(batch, self._begin([job.tokens for job in batch]), started)
        except Exception as error:  # the thread outlives it
            self._fail(batch, error)
            return None

    def _finish(self, run: Pass) -> None:
        try:
            rows = list(run.end())
            assert len(rows) == len(run.jobs)
        except Exception as error:  # the thread outlives it
            self._fail(run.jobs, error)
        else:
            self._count(run)
            for job, row in zip(run.jobs, rows, strict=True):
                job.row.set_result(row)

    def _fail(self, batch: list[Job], error: Exception) -> None:
        """One bad text must not spoil the others, so it is looked for by halves."""
        if len(batch) == 1:
            batch[0].row.set_exception(error)
            return
        middle = len(batch) // 2
        for half in (batch[:middle], batch[middle:]):
            if begun := self._start(half):
                self._finish(begun)

    def _count(self, run: Pass) -> None:
        self.batches += 1
        self.tokens += sum(len(job.tokens) for job in run.jobs)
        now = time.monotonic()
        self._busy_s += now - max(run.started, self._ended)  # the next pass may begin before the last has ended
        self._ended = now
