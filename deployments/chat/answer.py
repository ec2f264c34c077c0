"""One answer while it arrives: tokens → deltas, with stop strings obeyed and tokens counted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby

from deployments.chat.attribution import Attribution
from deployments.chat.deltas import CallArguments, CallStarted, Content, Finished, FinishReason, Piece, Timings, Usage
from deployments.chat.dialect import Parser
from deployments.chat.stops import StopStrings
from deployments.engine.sequence import Sequence as EngineSequence


class Answer:
    """Stop strings apply to what the user sees, not to the model's reasoning. Tokens after one are not counted.

    One that ends in whitespace is seen with the next token where whitespace may belong to markup that follows it.
    """

    def __init__(
        self, sequence: EngineSequence, parser: Parser, stop: Sequence[str], attribution: Attribution | None = None
    ) -> None:
        self._sequence = sequence
        self._parser = parser
        self._stops = StopStrings(stop)
        self._attribution = attribution
        self._tokens = self._reasoning_tokens = 0

    @property
    def is_stopped(self) -> bool:
        return self._stops.hit

    def feed(self, tokens: Iterable[int]) -> list[Piece]:
        shown: list[Piece] = []
        for token in tokens:
            shown.extend(self._until_stop(self._read(token)))
            if self.is_stopped:
                break
        return joined(shown)

    def finish(self) -> list[Piece]:
        """What was held back, now that no more tokens come."""
        if self.is_stopped:
            return []
        pieces = self._parser.finish()
        if self._attribution:
            self._attribution.end(pieces)
        return joined([*self._until_stop(pieces), *self._shown(self._stops.flush())])

    def outcome(self) -> Finished:
        usage = Usage(
            prompt_tokens=self._sequence.prompt_tokens,
            completion_tokens=self._tokens,
            reasoning_tokens=self._reasoning_tokens,
            cached_tokens=self._sequence.cached_tokens,
        )
        return Finished(self._reason(), usage, _timings(self._sequence))

    def _read(self, token: int) -> Sequence[Piece]:
        pieces = self._parser.feed(token)
        self._reasoning_tokens += self._parser.is_reasoning
        if self._attribution:
            self._attribution.read(self._sequence.logprobs[self._tokens], pieces)
        self._tokens += 1
        return pieces

    def _reason(self) -> FinishReason:
        if self.is_stopped:
            return "stop"
        if self._sequence.finish_reason == "length":
            return "length"
        return "tool_calls" if self._parser.calls else "stop"

    def _until_stop(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            if not isinstance(piece, Content):
                yield from self._shown(self._stops.flush())
                yield piece
                continue
            yield from self._shown(self._stops.feed(piece.text))
            if self.is_stopped:
                return

    def _shown(self, text: str) -> list[Piece]:
        if not text:
            return []
        return [Content(text, self._attribution.shown(text) if self._attribution else ())]


def joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours of one kind are one: each costs its way to the client as much as a long one."""
    if len(pieces) < 2:
        return list(pieces)
    return [piece for _, group in groupby(pieces, _kind) for piece in _whole(list(group))]


def _kind(piece: Piece) -> tuple[type, int | None]:
    return type(piece), piece.index if isinstance(piece, CallArguments) else None


def _whole(alike: list[Piece]) -> list[Piece]:
    first, text = alike[0], "".join(piece.text for piece in alike if not isinstance(piece, CallStarted))
    match first:
        case CallStarted():
            return alike
        case Content():
            likelihoods = chain.from_iterable(piece.likelihoods for piece in alike if isinstance(piece, Content))
            return [Content(text, tuple(likelihoods))]
        case _:
            return [replace(first, text=text)]


def _timings(sequence: EngineSequence) -> Timings:
    clock = sequence.clock
    return Timings(clock.queue_s, clock.prompt_s, clock.answer_s, sequence.drafted_tokens, sequence.accepted_tokens)
