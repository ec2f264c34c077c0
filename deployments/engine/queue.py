"""Who is next: callers in turn, and first come, first served among the sequences of one."""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Sequence as Sequences

from deployments.engine.sequence import Sequence


class Queue:
    def __init__(self) -> None:
        self._waiting: list[Sequence] = []
        self._served: dict[str, int] = {}
        self._turns = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Sequence]:
        return iter(self._waiting)

    def __contains__(self, sequence: Sequence) -> bool:
        return sequence in self._waiting

    def add(self, sequence: Sequence) -> None:
        self._waiting.append(sequence)

    def remove(self, sequence: Sequence) -> None:
        self._waiting.remove(sequence)
        if not self._waiting:
            self._served.clear()

    def in_turn(self, running: Sequences[Sequence]) -> list[Sequence]:
        """Those of the caller with the fewest `running` first, then of the one that was served longest ago."""
        seats, ranked = Counter(sequence.caller for sequence in running), []
        for sequence in self._waiting:
            ranked.append((seats[sequence.caller], self._served.get(sequence.caller, 0), sequence))
            seats[sequence.caller] += 1
        return [sequence for *_, sequence in sorted(ranked, key=lambda item: item[:2])]

    def serve(self, sequence: Sequence) -> None:
        """It leaves the queue for a slot."""
        self._turns += 1
        self._served[sequence.caller] = self._turns
        self.remove(sequence)
