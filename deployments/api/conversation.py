"""What a chat request continues: a session's history, or only itself."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from deployments.api.openai.history import check_tool_messages
from deployments.api.services import Services
from deployments.chat.completion import Completion
from deployments.chat.messages import Message
from deployments.chat.request import ChatRequest
from deployments.limits.limiter import Caller
from deployments.sessions.turns import Turn

Messages = tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """`messages` are all that the model is to read, `new` those that this request added."""

    messages: Messages
    new: Messages
    affinity: str
    services: Services
    turn: Turn | None = None

    def ask(self, request: ChatRequest) -> ChatRequest:
        """As the session wants it asked: when its context is full, that is an error, or the oldest turns leave."""
        return replace(request, goes_on=True, truncated_messages=self.turn.truncated) if self.turn else request

    async def keep(self, answer: Completion) -> None:
        """Store what was asked and answered, where there is a session to store it in."""
        if self.turn:
            assert answer.conversation_tokens is not None
            await self.services.turns.store(
                self.turn,
                (*self.new, answer.lasting),
                token_count=answer.conversation_tokens,
                left=answer.truncated_messages - (self.turn.truncated or 0),
            )


@asynccontextmanager
async def conversation(
    services: Services, caller: Caller, session_id: str | None, messages: Messages
) -> AsyncIterator[Conversation]:
    """With a session, it is this request's alone until the block ends. Raises InvalidField for tools out of turn."""
    owner = caller.key or ""
    if session_id is None:
        check_tool_messages(messages)
        yield Conversation(messages, messages, affinity_of(owner, *opening(messages)), services)
        return
    async with services.turns.turn(owner, session_id) as turn:
        check_tool_messages(messages, turn.history)
        yield Conversation(turn.conversation(messages), messages, session_id, services, turn)


def affinity_of(owner: str, *opening: str) -> str:
    """The same for all that begins so, and is the same caller's."""
    return hashlib.sha256("\0".join((owner, *opening)).encode("utf-8", "surrogatepass")).hexdigest()


def opening(messages: Messages) -> list[str]:
    """The same for every request of a client that sends its whole history each time."""
    first_said = next((i for i, message in enumerate(messages) if message.role == "user"), len(messages) - 1)
    return [f"{message.role}:{message.content}" for message in messages[: first_said + 1]]
