"""A chat model as a reader of documents: instructions as its system message, the document as what the user says."""

from typing import Protocol

from deployments.chat.completion import Completion
from deployments.chat.messages import Message
from deployments.chat.request import ChatRequest
from deployments.engine.sampling import Sampling
from deployments.errors import InvalidRequest
from deployments.summary.document import Answer, Instructions, Usage


class Chat(Protocol):
    """`affinity` names a conversation; a document has none."""

    async def complete(self, request: ChatRequest, affinity: str) -> list[Completion]: ...

    async def count_prompt_tokens(self, request: ChatRequest) -> int: ...


class ChatReader:
    """One model, wherever it runs."""

    def __init__(self, chat: Chat, *, context_tokens: int) -> None:
        self.context_tokens = context_tokens
        self._chat = chat

    async def answer(self, text: str, instructions: Instructions) -> Answer:
        (completion,) = await self._chat.complete(_request(text, instructions), affinity="")
        if not completion.message.content:
            raise InvalidRequest(
                f"The model spent its {instructions.max_tokens} tokens on reasoning. Raise max_tokens.",
                param="max_tokens",
            )
        usage = Usage(completion.usage.prompt_tokens, completion.usage.completion_tokens)
        return Answer(completion.message.content, usage, truncated=completion.finish_reason == "length")

    async def count_tokens(self, text: str, instructions: Instructions) -> int:
        return await self._chat.count_prompt_tokens(_request(text, instructions))


def _request(text: str, instructions: Instructions) -> ChatRequest:
    return ChatRequest(
        messages=(Message("system", instructions.system), Message("user", text)),
        max_tokens=instructions.max_tokens,
        sampling=Sampling(temperature=instructions.temperature),
        reasoning_effort="low",
    )
