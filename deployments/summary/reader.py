"""A chat model as a reader of documents: instructions as its system message, the document as what the user says."""

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from deployments.chat.completion import Completion
from deployments.chat.deltas import Content, Delta, Truncated
from deployments.chat.deltas import Usage as Counted
from deployments.chat.messages import Message
from deployments.chat.request import ChatRequest
from deployments.engine.sampling import Sampling
from deployments.errors import NothingSaid
from deployments.summary.document import Answer, Instructions, Usage


@dataclass(frozen=True, slots=True)
class ContentForm:
    """Of a streamed answer: what it says, and nothing around it."""

    def writer(self) -> "ContentForm":
        return self

    def write(self, number: int, deltas: Iterable[Delta]) -> str:
        return "".join(delta.text for delta in deltas if isinstance(delta, Content))

    def end(self, usage: Counted) -> str:
        return ""


class Chat(Protocol):
    """`affinity` names a conversation; a document has none."""

    async def context_tokens(self) -> int: ...

    async def complete(self, request: ChatRequest, affinity: str) -> list[Completion]: ...

    def stream(
        self, request: ChatRequest, form: ContentForm, affinity: str
    ) -> AsyncGenerator[str | Truncated | Completion]: ...

    async def count_prompt_tokens(self, request: ChatRequest) -> int: ...


class ChatReader:
    """One model, wherever it runs. `fingerprint` asks for that of the file that it was loaded from."""

    def __init__(self, chat: Chat, fingerprint: Callable[[], str]) -> None:
        self._chat = chat
        self._fingerprint = fingerprint
        self.context_tokens = chat.context_tokens

    @property
    def fingerprint(self) -> str:
        return self._fingerprint()

    async def count_tokens(self, text: str, instructions: Instructions) -> int:
        return await self._chat.count_prompt_tokens(_request(text, instructions))

    async def answer(self, text: str, instructions: Instructions) -> Answer:
        (completion,) = await self._chat.complete(_request(text, instructions), affinity="")
        return _answer(completion, instructions)

    async def stream(self, text: str, instructions: Instructions) -> AsyncGenerator[str | Answer]:
        """The model's whole answer comes before the last piece of its text, ours behind it."""
        completion = None
        async with aclosing(self._chat.stream(_request(text, instructions), ContentForm(), affinity="")) as items:
            async for item in items:
                if isinstance(item, Completion):
                    completion = item
                elif isinstance(item, str):
                    yield item
        assert completion is not None
        yield _answer(completion, instructions)


def _request(text: str, instructions: Instructions) -> ChatRequest:
    return ChatRequest(
        messages=(Message("system", instructions.system), Message("user", text)),
        max_tokens=instructions.max_tokens,
        sampling=Sampling(temperature=instructions.temperature),
        reasoning_effort="low",
    )


def _answer(completion: Completion, instructions: Instructions) -> Answer:
    if not completion.message.content:
        raise NothingSaid(_silence(completion, instructions), param="max_tokens")
    usage = Usage(completion.usage.prompt_tokens, completion.usage.completion_tokens)
    return Answer(completion.message.content, usage, truncated=completion.finish_reason == "length")


def _silence(completion: Completion, instructions: Instructions) -> str:
    if completion.finish_reason == "length":
        return f"The model spent its {instructions.max_tokens} tokens on reasoning. Raise max_tokens."
    return "The model ended its answer before it said anything. Ask again, or choose another model or persona."
