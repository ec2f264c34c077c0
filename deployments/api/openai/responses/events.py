"""Events of a response, read back from what was told: the whole response, or what was said before it broke off."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from deployments.chat.deltas import CallArguments, CallStarted, Content, Piece, Reasoning

END = "\n\n"


def apart(told: str) -> list[str]:
    """Each event, as it was written."""
    return [event + END for event in told.split(END)[:-1]]


def numbered_apart(told: str) -> list[tuple[int, str]]:
    return [(read(event)["sequence_number"], event) for event in apart(told)]


def read(event: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(event.partition("data: ")[2])
    return data


def last_response(told: str) -> dict[str, Any]:
    """What the last event holds."""
    response: dict[str, Any] = read(apart(told)[-1])["response"]
    return response


def pieces(events: Iterable[str]) -> Iterator[Piece]:
    """What the model said, as it can be told again."""
    calls = -1
    for event in map(read, events):
        match event["type"]:
            case "response.reasoning_text.delta":
                yield Reasoning(event["delta"])
            case "response.output_text.delta":
                yield Content(event["delta"])
            case "response.output_item.added" if event["item"]["type"] == "function_call":
                calls += 1
                yield CallStarted(calls, event["item"]["call_id"], event["item"]["name"])
            case "response.function_call_arguments.delta":
                yield CallArguments(calls, event["delta"])
