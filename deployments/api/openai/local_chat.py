"""A chat model of this process, as the routes want to see one."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Protocol

from deployments.api.openai.chunks import ChunkFormat
from deployments.api.openai.text_chunks import TextFormat
from deployments.chat.completion import Collector, Completion, total_usage
from deployments.chat.deltas import Group
from deployments.chat.plain import TextRequest
from deployments.chat.request import ChatRequest

Request = ChatRequest | TextRequest
Form = ChunkFormat | TextFormat


class ChatModel(Protocol):
    """`deployments.chat.service.ChatService`, without the need to import an engine."""

    def chat(self, request: ChatRequest) -> AsyncGenerator[Group]: ...

    def text(self, request: TextRequest) -> AsyncGenerator[Group]: ...

    async def count_tokens(self, text: str) -> int: ...

    async def count_prompt_tokens(self, request: ChatRequest) -> int: ...


class LocalChat:
    """`affinity` names the conversation, for those who choose among several models; here is but one."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self.count_tokens = model.count_tokens
        self.count_prompt_tokens = model.count_prompt_tokens

    async def complete(self, request: Request, affinity: str = "") -> list[Completion]:
        """One for each of the request's answers."""
        collectors = [Collector() for _ in range(request.answers)]
        async with aclosing(self._groups(request)) as groups:
            async for number, deltas in groups:
                collectors[number].add(deltas)
        return _completed(collectors)

    async def stream(self, request: Request, form: Form, affinity: str = "") -> AsyncGenerator[str | Completion]:
        """Server-sent events as text; a whole answer comes just before the event that finishes it."""
        collectors, writer = [Collector() for _ in range(request.answers)], form.writer()
        async with aclosing(self._groups(request)) as groups:
            async for number, deltas in groups:
                collectors[number].add(deltas)
                events = writer.write(number, deltas)
                if completion := collectors[number].completion:
                    yield completion
                    completed = _completed(collectors)
                    if len(completed) == request.answers:
                        events += writer.end(total_usage(completed, request.choices))
                if events:
                    yield events

    def _groups(self, request: Request) -> AsyncGenerator[Group]:
        return self._model.chat(request) if isinstance(request, ChatRequest) else self._model.text(request)


def _completed(collectors: Sequence[Collector]) -> list[Completion]:
    return [collector.completion for collector in collectors if collector.completion]
