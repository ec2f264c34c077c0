"""Turns of a session, and what is stored of them."""

from typing import Any

import httpx

FIRST, SECOND = {"role": "user", "content": "Hello!"}, {"role": "user", "content": "Thank you!"}
TOOL = {"type": "function", "function": {"name": "get_time", "description": "The time."}}


async def say(client: httpx.AsyncClient, session_id: str | bytes, *messages: Any, **more: Any) -> httpx.Response:
    body = {"messages": messages, "temperature": 0, **more}
    return await client.post("/v1/chat/completions", json=body, headers={"X-Session-Id": session_id})


async def called(client: httpx.AsyncClient, session_id: str) -> Any:
    """The message in which the session's first turn called a tool."""
    asked = {"tools": [TOOL], "tool_choice": "required", "include_thinking": True}
    answer = await say(client, session_id, FIRST, **asked)
    return answer.json()["choices"][0]["message"]


async def messages_of(client: httpx.AsyncClient, session_id: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = (await client.get(f"/v1/sessions/{session_id}/messages")).json()["messages"]
    return messages
