"""Prompts and turns as text and back, and tools to offer: those of the Harmony specification."""

import re
from collections.abc import Iterable

from deployments.chat.prompt import Control, Part, Vocabulary, tokenize
from deployments.chat.tools import Tool


def text(parts: Iterable[Part]) -> str:
    return "".join(part.text if isinstance(part, Control) else part for part in parts)


def arguments(*required: str, **properties: object) -> dict:
    return {"type": "object", "properties": properties, "required": list(required)}


_FORMAT = {"type": "string", "enum": ["celsius", "fahrenheit"], "default": "celsius"}

GET_LOCATION = Tool("get_location", "Gets the location of the user.")
GET_CURRENT_WEATHER = Tool(
    "get_current_weather",
    "Gets the current weather in the provided location.",
    arguments(
        "location",
        location={"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
        format=_FORMAT,
    ),
)
GET_MULTIPLE_WEATHERS = Tool(
    "get_multiple_weathers",
    "Gets the current weather in the provided list of locations.",
    arguments(
        "locations",
        locations={
            "type": "array",
            "items": {"type": "string"},
            "description": 'List of city and state, e.g. ["San Francisco, CA", "New York, NY"]',
        },
        format=_FORMAT,
    ),
)


def marked_up(vocabulary: Vocabulary, transcript: str) -> list[int]:
    """Tokens of a transcript in which `<|…|>` stands for a control token."""
    parts = re.split(r"(<\|[a-z]+\|>)", transcript)
    return tokenize((Control(part) if part in vocabulary.controls else part for part in parts), vocabulary)
