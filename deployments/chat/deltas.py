"""What a model says, piece by piece, once its dialect has been read. No control token is ever inside."""

from dataclasses import dataclass
from typing import Literal

FinishReason = Literal["stop", "length", "tool_calls"]


@dataclass(frozen=True, slots=True)
class Reasoning:
    text: str


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How likely the model found a token, by the bytes it stands for, and which others it found likely.

    Natural logarithms of its own probabilities. Control tokens are never among the others.
    """

    piece: bytes
    logprob: float
    top: tuple[tuple[bytes, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """`likelihoods` are those of the tokens that begin in this text, where they were asked for.

    No token spells what stands between two messages of an answer.
    """

    text: str
    likelihoods: tuple[Likelihood, ...] = ()
    is_spelled: bool = True


@dataclass(frozen=True, slots=True)
class CallStarted:
    """The `index`-th tool call of this answer begins; its arguments follow."""

    index: int
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class CallArguments:
    index: int
    text: str


@dataclass(frozen=True, slots=True)
class Truncated:
    """The oldest `messages` of the conversation have left it, and the model did not read them. It comes first."""

    messages: int


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, counted. `cached_tokens` of the prompt were not computed again."""

    prompt_tokens: int
    completion_tokens: int
    reasoning_tokens: int = 0
    cached_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Timings:
    """Where an answer's time went, in seconds: waiting for a slot, reading the prompt, writing after the first token.

    Of `drafted_tokens` that were guessed, `accepted_tokens` were right.
    """

    queue_s: float
    prompt_s: float
    answer_s: float
    drafted_tokens: int = 0
    accepted_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Finished:
    reason: FinishReason
    usage: Usage
    timings: Timings | None = None


Piece = Reasoning | Content | CallStarted | CallArguments
Delta = Piece | Truncated | Finished
Group = tuple[int, list[Delta]]  # the number of an answer, and what came of it together
