"""A chat model of this process, as the routes want to see one."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

from deployments.chat.completion import Collector, Completion, total_usage
from deployments.chat.deltas import Delta, Group, Truncated, Usage
from deployments.chat.plain import TextRequest
from deployments.chat.request import ChatRequest
from deployments.chat.truncation import without_oldest

Request = ChatRequest | TextRequest


class Writer(Protocol):
    """Of one request's answers: `write` each group of deltas as it comes, and `end` when all have finished."""

    def write(self, number: int, deltas: Iterable[Delta]) -> str: ...

    def end(self, usage: Usage) -> str: ...


class Form(Protocol):
    """How a streamed answer is written, as a value that can be sent to where the model is."""

    def writer(self) -> Writer: ...


class ChatModel(Protocol):
    """`deployments.chat.service.ChatService`, without the need to import an engine."""

    @property
    def context_tokens(self) -> int: ...

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

    async def context_tokens(self) -> int:
        """Per conversation: prompt and answer together."""
        return self._model.context_tokens

    async def complete(self, request: Request, affinity: str = "") -> list[Completion]:
        """One for each of the request's answers."""
        collectors = [Collector() for _ in range(request.answers)]
        async with aclosing(self._groups(request)) as groups:
            async for number, deltas in groups:
                collectors[number].add(deltas)
        return [await self._counted(request, completion) for completion in _completed(collectors)]

    async def stream(
        self, request: Request, form: Form, affinity: str = ""
    ) -> AsyncGenerator[str | Truncated | Completion]:
        """Server-sent events as text; a whole answer comes just before the event that finishes it.

        What was truncated is told before all else.
        """
        collectors, writer = [Collector() for _ in range(request.answers)], form.writer()
        async with aclosing(self._groups(request)) as groups:
            async for number, deltas in groups:
                collectors[number].add(deltas)
                for truncated in (delta for delta in deltas if isinstance(delta, Truncated)):
                    yield truncated
                events = writer.write(number, deltas)
                if completion := collectors[number].completion:
                    yield await self._counted(request, completion)
                    completed = _completed(collectors)
                    if len(completed) == request.answers:
                        events += writer.end(total_usage(completed, request.choices))
                if events:
                    yield events

    async def _counted(self, request: Request, completion: Completion) -> Completion:
        if not isinstance(request, ChatRequest) or not request.goes_on:
            return completion
        read = without_oldest(request, completion.truncated_messages - (request.truncated_messages or 0))
        tokens = await self._model.count_prompt_tokens(replace(read, messages=(*read.messages, completion.lasting)))
        return replace(completion, conversation_tokens=tokens)

    def _groups(self, request: Request) -> AsyncGenerator[Group]:
        return self._model.chat(request) if isinstance(request, ChatRequest) else self._model.text(request)


def _completed(collectors: Sequence[Collector]) -> list[Completion]:
    return [collector.completion for collector in collectors if collector.completion]
