"""Responses, asked for through OpenAI's own client."""

from typing import Any

import openai
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

HELLO = "Hello!"
GREEDY = {"model": "pocket-chat", "temperature": 0}
WEATHER = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather of a city.",
    "strict": True,
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string", "minLength": 2, "maxLength": 12}, "unit": {"enum": ["C", "F"]}},
        "required": ["city", "unit"],
        "additionalProperties": False,
    },
}
TIME = {"type": "function", "name": "get_time", "parameters": None, "strict": None}
ASK = "What is the weather in Rome?"

EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)


async def respond(sdk: openai.AsyncOpenAI, said: Any = HELLO, **more: Any) -> Response:
    return await sdk.responses.create(input=said, **GREEDY | more)


async def events(sdk: openai.AsyncOpenAI, said: Any = HELLO, **more: Any) -> list[Any]:
    return [event async for event in await sdk.responses.create(input=said, stream=True, **GREEDY | more)]


def said_by(response: Response) -> list[Any]:
    """What each item of the output says, whatever ids it has, and however likely that was."""
    told = {"id": True, "call_id": True, "content": {"__all__": {"logprobs"}}}
    return [item.model_dump(exclude=told) for item in response.output]
