"""The workbench asked as its users ask it: in this process, or over HTTP. It knows no right or wrong."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from deployments.chat.deltas import CallArguments, CallStarted, Content, Reasoning
from deployments.chat.load import load_chat
from deployments.chat.messages import Message
from deployments.chat.request import ChatRequest
from deployments.chat.service import ChatService
from deployments.config import GeneratorConfig

SLOTS = 4
CONTEXT = 8192
TIMEOUT_S = 600


@dataclass(frozen=True, slots=True)
class Said:
    """`calls` are names with their arguments' JSON."""

    reasoning: str = ""
    content: str = ""
    calls: tuple[tuple[str, str], ...] = ()


Ask = Callable[[ChatRequest], Awaitable[Said]]


@contextmanager
def in_this_process(model: Path, threads: int) -> Iterator[Ask]:
    """Renderer, grammar, engine and parser as they are served."""
    config = GeneratorConfig(model=str(model), context_tokens=CONTEXT, slots=SLOTS, threads=threads)
    places = asyncio.Semaphore(SLOTS)

    async def ask(request: ChatRequest) -> Said:
        async with places:
            return await _said(service, request)

    with TemporaryDirectory() as folder:
        service = load_chat(config, model, cache_dir=Path(folder))
        try:
            yield ask
        finally:
            service.close()


async def _said(service: ChatService, request: ChatRequest) -> Said:
    deltas = [delta async for _, together in service.chat(request) for delta in together]
    names = [delta.name for delta in deltas if isinstance(delta, CallStarted)]
    arguments = [
        "".join(delta.text for delta in deltas if isinstance(delta, CallArguments) and delta.index == i)
        for i in range(len(names))
    ]
    return Said(
        "".join(delta.text for delta in deltas if isinstance(delta, Reasoning)),
        "".join(delta.text for delta in deltas if isinstance(delta, Content)),
        tuple(zip(names, arguments, strict=True)),
    )


@contextmanager
def over_http(url: str, key: str) -> Iterator[Ask]:
    """`url` is that of a running workbench, such as http://localhost:8000."""
    places = asyncio.Semaphore(SLOTS)

    async def ask(request: ChatRequest) -> Said:
        headers = {"Authorization": f"Bearer {key}"}
        async with places, httpx.AsyncClient(base_url=url, headers=headers, timeout=TIMEOUT_S) as client:
            response = await client.post("/v1/chat/completions", json=_body(request))
            return _read(response.raise_for_status().json()["choices"][0]["message"])

    yield ask


def _body(request: ChatRequest) -> dict[str, Any]:
    body: dict[str, Any] = {
        "messages": [_message(message) for message in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": 0,
        "reasoning_effort": request.reasoning_effort,
        "include_thinking": True,
    }
    if request.tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
            }
            for tool in request.tools
        ]
    if form := request.response_format:
        wanted = {"name": form.name or "form", "strict": True, "schema": form.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": wanted}
    return body


def _message(message: Message) -> dict[str, Any]:
    told: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.reasoning:
        told["reasoning"] = message.reasoning
    if message.tool_calls:
        told["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_call_id:
        told["tool_call_id"] = message.tool_call_id
    return told


def _read(message: dict[str, Any]) -> Said:
    calls = [call["function"] for call in message.get("tool_calls") or ()]
    named = tuple((call["name"], json.dumps(json.loads(call["arguments"]), ensure_ascii=False)) for call in calls)
    return Said(message.get("thinking") or "", message.get("content") or "", named)
