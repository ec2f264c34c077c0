"""Questions to the chat model, asked through OpenAI's own client."""

from typing import Any

import openai

HELLO = [{"role": "user", "content": "Hello!"}]
MODEL = "pocket-chat"


async def greedy(sdk: openai.AsyncOpenAI, messages: Any = HELLO, **more: Any) -> Any:
    return await sdk.chat.completions.create(model=MODEL, messages=messages, **{"temperature": 0, **more})


async def chunks(sdk: openai.AsyncOpenAI, messages: Any = HELLO, **more: Any) -> list[Any]:
    return [chunk async for chunk in await greedy(sdk, messages, stream=True, **more)]


def calls_in(streamed: list[Any]) -> list[tuple[str, str, str]]:
    """Id, name and arguments of the tool calls that a stream's deltas make up, in order."""
    calls: dict[int, list[str]] = {}
    for delta in (call for chunk in streamed for call in chunk.choices[0].delta.tool_calls or []):
        if delta.id:
            assert delta.index == len(calls)
            calls[delta.index] = [delta.id, delta.function.name, ""]
        calls[delta.index][2] += delta.function.arguments
    return [(call_id, name, arguments) for call_id, name, arguments in calls.values()]
