"""What the items of an answer have in common while they are written: their ids, and the events of their parts.

Events come without their number and without the place of their item, which are the response's to give.
"""

from dataclasses import dataclass
from typing import Any

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a client asked to see besides."""

    summary: bool = False
    sealed: bool = False
    logprobs: bool = False


def item_id(prefix: str, response_id: str, index: int) -> str:
    """As secret as its response's, and known wherever that is."""
    return f"{prefix}_{response_id.removeprefix('resp_')}{index:04x}"


def part_added(part: dict[str, Any]) -> Event:
    return {"type": "response.content_part.added", "content_index": 0, "part": part}


def part_done(part: dict[str, Any]) -> Event:
    return {"type": "response.content_part.done", "content_index": 0, "part": part}
