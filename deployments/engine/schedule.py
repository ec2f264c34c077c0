"""Who gets how much of the next batch."""

from collections.abc import Iterator, Sequence

from deployments.engine.batch import Batch, Chunk
from deployments.engine.model import Model
from deployments.engine.pace import Pace
from deployments.engine.slot import Slot

ROWS = 4  # the kernels of CPUs take rows in fours, and a row that is left over takes as long as four


class Schedule:
    """Who writes goes first, with guesses where they pay; what is left of the batch reads prompts.

    While somebody writes, that is for one of them, as far as it goes: in turn for the shortest, so that short ones do
    not wait for long ones, and for whoever has come first, so that long ones do not wait for ever. For of a batch,
    llama.cpp first computes one row of every stream together, and then what more each has: few at a time are read
    faster than many.
    """

    def __init__(self, model: Model, pace: Pace, *, speculation: bool) -> None:
        self._model, self._pace = model, pace
        self._draft_tokens = model.draft_tokens if speculation else 0
        self._is_eldest_next = False

    def batch(self, running: Sequence[Slot]) -> Batch:
        batch, writers = Batch(), [slot for slot in running if slot.is_writing]
        for waiting, slot in zip(range(len(writers), 0, -1), writers, strict=True):
            room = self._model.batch_tokens - batch.size - waiting
            self._write(batch, slot, min(room, self._draft_tokens - batch.drafted), len(writers))
        readers = [slot for slot in running if not slot.is_writing]
        room = self._model.batch_tokens - batch.size
        if writers:
            room = min(room, self._pace.prompt_tokens)
        for slot, tokens in self._shares(readers, room, rows_before=bool(writers)):
            self._read(batch, slot, tokens)
        return batch

    def _write(self, batch: Batch, slot: Slot, room: int, writers: int) -> None:
        sequence = slot.sequence
        assert sequence
        left = min(sequence.max_tokens - sequence.generated, self._model.context_tokens - len(sequence.tokens)) - 1
        limit = min(room, left)
        draft = slot.lookup.draft(sequence.tokens, self._pace.row_price(writers), limit) if limit > 0 else []
        tokens = [sequence.tokens[-1], *draft]
        batch.add(Chunk(slot.number, len(slot.cached), tokens, len(tokens), is_prompt=False))

    def _read(self, batch: Batch, slot: Slot, count: int) -> None:
        assert slot.sequence
        start = len(slot.cached)
        tokens = slot.sequence.tokens[start : start + count]
        batch.add(Chunk(slot.number, start, tokens, int(count == slot.uncached)))

    def _shares(self, readers: Sequence[Slot], room: int, *, rows_before: bool) -> Iterator[tuple[Slot, int]]:
        """Tokens for each that gets some. Of a piece, the first row is computed with the writers' rows, if any are."""
        for slot in self._in_turn(readers):
            wanted = slot.until_stop()
            count = wanted if wanted <= room else _even(room, rows_before)
            if count:
                yield slot, count
            if count < wanted:
                return
            room -= count

    def _in_turn(self, readers: Sequence[Slot]) -> list[Slot]:
        ranked = sorted(readers, key=lambda slot: slot.uncached)
        self._is_eldest_next = not self._is_eldest_next
        if self._is_eldest_next and ranked:
            eldest = min(readers, key=lambda slot: slot.seated)
            ranked.remove(eldest)
            ranked.insert(0, eldest)
        return ranked


def _even(room: int, rows_before: int) -> int:
    """The largest piece with full rows; all of a room that is smaller."""
    return room - (room - rows_before) % ROWS if room > ROWS else room
