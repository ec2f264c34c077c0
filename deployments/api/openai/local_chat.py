"""A chat model of this process, as the routes want to see one."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from deployments.api.openai.chunks import ChunkFormat, ChunkWriter
from deployments.chat.completion import Collector, Completion
from deployments.chat.deltas import Delta
from deployments.chat.request import ChatRequest


class ChatModel(Protocol):
    """`deployments.chat.service.ChatService`, without the need to import an engine."""

    def chat(self, request: ChatRequest) -> AsyncGenerator[list[Delta]]: ...

    async def count_tokens(self, text: str) -> int: ...

    async def count_prompt_tokens(self, request: ChatRequest) -> int: ...


class LocalChat:
    """`affinity` names the conversation, for those who choose among several models; here is but one."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self.count_tokens = model.count_tokens
        self.count_prompt_tokens = model.count_prompt_tokens

    async def complete(self, request: ChatRequest, affinity: str = "") -> Completion:
        collector = Collector()
        async with aclosing(self._model.chat(request)) as groups:
            async for deltas in groups:
                collector.add(deltas)
        assert collector.completion
        return collector.completion

    async def stream(
        self, request: ChatRequest, form: ChunkFormat, affinity: str = ""
    ) -> AsyncGenerator[str | Completion]:
        """Server-sent events as text; the whole completion comes just before the event that finishes it."""
        collector, writer = Collector(), ChunkWriter(form)
        async with aclosing(self._model.chat(request)) as groups:
            async for deltas in groups:
                collector.add(deltas)
                if collector.completion:
                    yield collector.completion
                if events := writer.write(deltas):
                    yield events
