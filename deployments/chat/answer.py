"""One answer while it arrives: tokens → deltas, with stop strings obeyed and tokens counted."""

from collections.abc import Iterable, Iterator, Sequence

from deployments.chat.deltas import Content, Finished, FinishReason, Piece, Timings, Usage
from deployments.chat.dialect import Parser
from deployments.chat.stops import StopStrings
from deployments.engine.sequence import Sequence as EngineSequence


class Answer:
    """Stop strings apply to what the user sees, not to the model's reasoning."""

    def __init__(self, parser: Parser, stop: Sequence[str]) -> None:
        self._parser = parser
        self._stops = StopStrings(stop)
        self._reasoning_tokens = 0

    @property
    def is_stopped(self) -> bool:
        return self._stops.hit

    def feed(self, tokens: Iterable[int]) -> list[Piece]:
        pieces: list[Piece] = []
        for token in tokens:
            pieces.extend(self._parser.feed(token))
            self._reasoning_tokens += self._parser.is_reasoning
        return list(self._until_stop(pieces))

    def finish(self) -> list[Piece]:
        """What was held back, now that no more tokens come."""
        pieces = list(self._until_stop(self._parser.finish()))
        rest = self._stops.flush()
        return [*pieces, Content(rest)] if rest else pieces

    def outcome(self, sequence: EngineSequence) -> Finished:
        usage = Usage(
            prompt_tokens=sequence.prompt_tokens,
            completion_tokens=sequence.generated,
            reasoning_tokens=self._reasoning_tokens,
            cached_tokens=sequence.cached_tokens,
        )
        return Finished(self._reason(sequence), usage, _timings(sequence))

    def _reason(self, sequence: EngineSequence) -> FinishReason:
        if self.is_stopped:
            return "stop"
        if sequence.finish_reason == "length":
            return "length"
        return "tool_calls" if self._parser.calls else "stop"

    def _until_stop(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            held = "" if isinstance(piece, Content) else self._stops.flush()
            text = self._stops.feed(piece.text) if isinstance(piece, Content) else held
            if text:
                yield Content(text)
            if self.is_stopped:
                return
            if not isinstance(piece, Content):
                yield piece


def _timings(sequence: EngineSequence) -> Timings:
    clock = sequence.clock
    return Timings(clock.queue_s, clock.prompt_s, clock.answer_s, sequence.drafted_tokens, sequence.accepted_tokens)
