"""The one thread that touches the engine, and the event loops' way to it. Others send notes."""

import contextlib
import logging
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from deployments.cores import usable_cores
from deployments.engine.counters import Load
from deployments.engine.engine import Engine
from deployments.engine.model import DecodeError
from deployments.engine.sequence import Sequence
from deployments.engine.stream import TokenStream
from deployments.errors import ModelNotReady, Overloaded

logger = logging.getLogger(__name__)

GATHERING_S = 0.002
LISTS_PER_CORE_S = 50  # each takes about a millisecond on its way to a client

Note = Callable[[], None]


class Runner:
    """Steps the engine while there is work and sleeps while there is none.

    Tokens of one sequence that come within `interval_s` are delivered together, or within more where few cores carry
    many sequences: what they spend on lists of tokens is missing to a model that they compute.
    """

    def __init__(self, engine: Engine, *, queue_requests: int, interval_s: float = 0) -> None:
        self._engine = engine
        self._interval_s = interval_s
        self._cores = usable_cores()
        self._capacity = engine.model.slots + queue_requests
        self._streams: dict[Sequence, TokenStream] = {}
        self._notes: deque[Note] = deque()
        self._wake = threading.Condition()
        self._stopping = False
        self._death: DecodeError | None = None
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    @property
    def ongoing(self) -> int:
        """Sequences that wait or run."""
        return len(self._streams)

    @property
    def load(self) -> Load:
        return self._engine.load

    async def generate(self, sequence: Sequence) -> AsyncGenerator[list[int]]:
        """The sequence's new tokens, one or more at a time. Closing the generator ends the work at the next step.

        Raises Overloaded when the queue is full, ModelNotReady when the engine has stopped or is about to, DecodeError
        when the model failed on it.
        """
        stream = self._submit(sequence)
        try:
            async for tokens in stream:
                yield tokens
        finally:
            self._streams.pop(sequence, None)
            self._send(lambda: self._engine.remove(sequence))

    def check_health(self) -> None:
        """Raises ModelNotReady once the engine cannot go on."""
        if self._death or not self._thread.is_alive():
            raise ModelNotReady(f"The model's engine stopped: {self._death or 'its thread ended'}.")

    def close(self) -> None:
        """End every sequence, then the thread, then free the model."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join()

    def _submit(self, sequence: Sequence) -> TokenStream:
        self.check_health()
        if self.ongoing >= self._capacity:
            raise Overloaded(f"The model's queue is full ({self._capacity} requests). Try again shortly.")
        with self._wake:
            if self._stopping:
                raise ModelNotReady("The model's engine is being stopped.")
            stream = self._streams[sequence] = TokenStream(sequence, self._pause_s)
            self._send(lambda: self._engine.add(sequence))
        return stream

    def _pause_s(self) -> float:
        running = min(self.ongoing, self._engine.model.slots)
        return pause_s(self._interval_s, running, self._cores)

    def _send(self, note: Note) -> None:
        with self._wake:
            self._notes.append(note)
            self._wake.notify()

    def _run(self) -> None:
        try:
            while self._read_notes():
                self._deliver(self._engine.step())
        except Exception as error:  # the thread ends here: whatever it was, nobody may wait for it for ever
            logger.exception("The engine stopped")
            self._death = error if isinstance(error, DecodeError) else DecodeError(str(error), fatal=True)
        with self._wake:  # who comes later is refused
            self._stopping = True
            streams = list(self._streams.values())
        for stream in streams:
            reason = ModelNotReady("The model's engine stopped before the answer was complete.")
            with contextlib.suppress(RuntimeError):
                stream.loop.call_soon_threadsafe(stream.close, reason)
        self._engine.close(keep=not self._death)

    def _read_notes(self) -> bool:
        """Wait for something to do and take the notes. False when it is time to stop.

        Who comes first to an idle engine waits a moment for company: prompts are read fastest together.
        """
        with self._wake:
            if self._engine.is_idle:
                self._wake.wait_for(lambda: self._stopping or self._notes)
                self._wake.wait_for(lambda: self._stopping, GATHERING_S)
            while self._notes:
                self._notes.popleft()()
            return not self._stopping

    def _deliver(self, moved: list[Sequence]) -> None:
        """One wake-up per event loop and step, however many sequences moved on."""
        news = [News.of(stream) for sequence in moved if (stream := self._streams.get(sequence))]
        for loop in {item.stream.loop for item in news}:
            with contextlib.suppress(RuntimeError):  # the loop is closed, so nobody waits there any more
                loop.call_soon_threadsafe(_tell, [item for item in news if item.stream.loop is loop])


def pause_s(interval_s: float, sequences: int, cores: int) -> float:
    """Between two lists of tokens of one sequence."""
    return max(interval_s, sequences / (LISTS_PER_CORE_S * cores)) if interval_s else 0


@dataclass(frozen=True, slots=True)
class News:
    """What one step did to a sequence, noted on the engine's thread: the sequence itself moves on."""

    stream: TokenStream
    tokens: list[int]
    has_ended: bool
    error: Exception | None

    @classmethod
    def of(cls, stream: TokenStream) -> "News":
        sequence = stream.sequence
        return cls(stream, stream.take(), sequence.has_ended, sequence.error)


def _tell(news: list[News]) -> None:
    for item in news:
        item.stream.put(item.tokens)
        if item.has_ended:
            item.stream.close(item.error)
