"""Which messages leave a conversation that is too long: whole turns, oldest first. It knows no tokens."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate

from deployments.chat.messages import Message
from deployments.chat.request import ChatRequest


def truncated(request: ChatRequest, is_short: Callable[[ChatRequest], bool]) -> ChatRequest:
    """The fewest turns leave after which it `is_short`; if it never is, all but the last.

    A turn is what users say and all that follows until they speak again, so calls and their results stay together.
    """
    counts = turn_starts([message for message in request.messages if not message.is_instruction])[1:]
    if not counts:
        return request
    fewest = bisect_left(counts, True, hi=len(counts) - 1, key=lambda count: is_short(without_oldest(request, count)))
    return without_oldest(request, counts[fewest])


def turn_starts(said: Sequence[Message]) -> list[int]:
    """Where users speak after somebody else has, and where it all begins."""
    spoken = [message.role == "user" for message in said]
    return [place for place in range(len(said)) if place == 0 or (spoken[place] and not spoken[place - 1])]


def without_oldest(request: ChatRequest, count: int) -> ChatRequest:
    """So many messages have left. Instructions stay, wherever they are."""
    numbers = accumulate(not message.is_instruction for message in request.messages)
    kept = tuple(
        message
        for message, number in zip(request.messages, numbers, strict=True)
        if message.is_instruction or number > count
    )
    return replace(request, messages=kept, truncated_messages=(request.truncated_messages or 0) + count)
