"""Who gets how much of the next batch."""

from collections.abc import Sequence

from deployments.engine.batch import Batch, Chunk
from deployments.engine.model import Model
from deployments.engine.pace import Pace
from deployments.engine.slot import Slot


class Schedule:
    """Who writes goes first, with guesses where they pay; what is left of the batch reads prompts, in equal shares."""

    def __init__(self, model: Model, pace: Pace, *, speculation: bool) -> None:
        self._model, self._pace = model, pace
        self._draft_tokens = model.draft_tokens if speculation else 0

    def batch(self, running: Sequence[Slot]) -> Batch:
        batch, writers = Batch(), [slot for slot in running if slot.is_writing]
        for waiting, slot in zip(range(len(writers), 0, -1), writers, strict=True):
            room = self._model.batch_tokens - batch.size - waiting
            self._write(batch, slot, min(room, self._draft_tokens - batch.drafted), len(writers))
        most = self._pace.prompt_tokens if writers else self._model.batch_tokens
        readers = sorted((slot for slot in running if not slot.is_writing), key=lambda slot: slot.uncached)
        for waiting, slot in zip(range(len(readers), 0, -1), readers, strict=True):
            room = min(self._model.batch_tokens - batch.size, most - batch.prompt_tokens)
            self._read(batch, slot, -(-room // waiting))
        return batch

    def _write(self, batch: Batch, slot: Slot, room: int, writers: int) -> None:
        sequence = slot.sequence
        assert sequence
        left = min(sequence.max_tokens - sequence.generated, self._model.context_tokens - len(sequence.tokens)) - 1
        limit = min(room, left)
        draft = slot.lookup.draft(sequence.tokens, self._pace.row_price(writers), limit) if limit > 0 else []
        tokens = [sequence.tokens[-1], *draft]
        batch.add(Chunk(slot.number, len(slot.cached), tokens, len(tokens), is_prompt=False))

    def _read(self, batch: Batch, slot: Slot, room: int) -> None:
        assert slot.sequence
        start = len(slot.cached)
        tokens = slot.sequence.tokens[start : start + min(room, slot.until_stop())]
        if tokens:
            batch.add(Chunk(slot.number, start, tokens, int(len(tokens) == slot.uncached)))
