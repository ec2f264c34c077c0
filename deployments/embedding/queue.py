"""Texts that wait, in a fair order: whose would be done first if all shared the model. It knows lengths and names.

The order is that of self-clocked fair queueing (Golestani, INFOCOM 1994), among callers and among each one's requests:
a short text passes a long one that came a little earlier, and every text has its turn after a bounded share of others.
"""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush, heapreplace
from itertools import count

from deployments.embedding.vectors import Vectors


@dataclass(slots=True, eq=False, kw_only=True)
class Turn:
    """`served` is what one has had, in tokens, from where the clock stood when it came; `wanted` its next text's.

    The `number` tells who came first.
    """

    served: int = 0
    wanted: int = 0
    number: int = 0

    @property
    def end(self) -> int:
        return self.served + self.wanted

    def __lt__(self, other: "Turn") -> bool:
        return (self.end, self.number) < (other.end, other.number)


@dataclass(slots=True, eq=False, kw_only=True)
class Caller(Turn):
    """Its requests that wait, as a heap, and the clock that they start by."""

    lines: "list[Line]" = field(default_factory=list)
    clock: int = 0


@dataclass(slots=True, eq=False)
class Line(Turn):
    """The texts of one request of `name` that wait."""

    name: str = ""
    texts: "deque[Job]" = field(default_factory=deque)
    caller: Caller | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    tokens: Sequence[int]
    line: Line = field(default_factory=Line)
    row: Future[Vectors] = field(default_factory=Future)


class FairQueue:
    """Within a request the order stays."""

    def __init__(self) -> None:
        self._callers: dict[str, Caller] = {}
        self._turns: list[Caller] = []  # the same, as a heap
        self._numbers = count()
        self._clock = 0

    def __bool__(self) -> bool:
        return bool(self._turns)

    def add(self, job: Job) -> None:
        job.line.texts.append(job)
        if len(job.line.texts) == 1:
            self._arrive(job.line)

    def take(self, most: int) -> list[Job]:
        """The next ones, in the order of their turns. They are no longer here; who took them gives some back.

        The first is not among those, so the clocks are set to its end.
        """
        if self._turns:
            caller = self._turns[0]
            self._clock, caller.clock = caller.end, caller.lines[0].end
        return [self._pop() for _ in range(most) if self._turns]

    def give_back(self, jobs: Sequence[Job]) -> None:
        """Of those that were just taken: they will be the next of their requests, and have had nothing."""
        for job in reversed(jobs):
            self._restore(job, job.line)
        for caller in self._turns:
            heapify(caller.lines)
            caller.wanted = caller.lines[0].wanted
        heapify(self._turns)

    def _pop(self) -> Job:
        caller = self._turns[0]
        line = caller.lines[0]
        job = line.texts.popleft()
        _charge(caller, line, len(job.tokens))
        if line.texts:
            line.wanted = len(line.texts[0].tokens)
            heapreplace(caller.lines, line)
        else:
            heappop(caller.lines)
        self._go_on(caller, line.name)
        return job

    def _go_on(self, caller: Caller, name: str) -> None:
        """The first of the callers has had its turn."""
        if caller.lines:
            caller.wanted = caller.lines[0].wanted
            heapreplace(self._turns, caller)
        else:
            heappop(self._turns)
            del self._callers[name]

    def _restore(self, job: Job, line: Line) -> None:
        assert line.caller
        if line.name not in self._callers:
            self._callers[line.name] = line.caller
            self._turns.append(line.caller)
        if not line.texts:
            line.caller.lines.append(line)
        line.texts.appendleft(job)
        line.wanted = len(job.tokens)
        _charge(line.caller, line, -len(job.tokens))

    def _arrive(self, line: Line) -> None:
        caller = self._callers.get(line.name)
        if caller is None:
            caller = self._callers[line.name] = Caller(served=self._clock, number=next(self._numbers))
            self._turns.append(caller)
        line.caller, line.number, line.wanted = caller, next(self._numbers), len(line.texts[0].tokens)
        line.served = max(line.served, caller.clock)
        heappush(caller.lines, line)
        caller.wanted = caller.lines[0].wanted
        heapify(self._turns)


def _charge(caller: Caller, line: Line, tokens: int) -> None:
    caller.served += tokens
    line.served += tokens
