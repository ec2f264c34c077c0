"""Who gets how much of the next batch."""

from collections.abc import Sequence

from deployments.engine.batch import Batch, Chunk
from deployments.engine.model import Model
from deployments.engine.pace import Pace
from deployments.engine.slot import Slot


class Schedule:
    """Who writes goes first, with guesses where they pay; what is left of the batch reads prompts.

    Half of that is for the shortest, so that short ones do not wait for long ones, and half for whoever has come first,
    so that long ones do not wait for ever. Few at a time are read faster than many.
    """

    def __init__(self, model: Model, pace: Pace, *, speculation: bool) -> None:
        self._model, self._pace = model, pace
        self._draft_tokens = model.draft_tokens if speculation else 0

    def batch(self, running: Sequence[Slot]) -> Batch:
        batch, writers = Batch(), [slot for slot in running if slot.is_writing]
        for waiting, slot in zip(range(len(writers), 0, -1), writers, strict=True):
            room = self._model.batch_tokens - batch.size - waiting
            self._write(batch, slot, min(room, self._draft_tokens - batch.drafted), len(writers))
        most = self._pace.prompt_tokens if writers else self._model.batch_tokens
        readers = [slot for slot in running if not slot.is_writing]
        room = min(self._model.batch_tokens - batch.size, most)
        for slot, tokens in _shares(readers, room):
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


def _shares(readers: Sequence[Slot], room: int) -> list[tuple[Slot, int]]:
    """Tokens for each that gets some."""
    shares = dict.fromkeys(sorted(readers, key=lambda slot: slot.uncached), 0)
    oldest = min(readers, key=lambda slot: slot.seated, default=None)
    wanted = {slot: slot.until_stop() for slot in readers}
    if oldest and len(readers) > 1:
        shares[oldest] = min(wanted[oldest], room // 2)
    for slot in shares:
        shares[slot] += min(wanted[slot] - shares[slot], room - sum(shares.values()))
    return [(slot, count) for slot, count in shares.items() if count]
