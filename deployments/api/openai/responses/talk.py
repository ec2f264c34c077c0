"""What the model is to read for a response, and where its turn belongs. A conversation is one request's at a time."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from deployments.api.conversation import affinity_of, opening
from deployments.api.openai.conversation_ids import as_conversation
from deployments.api.openai.responses.asked import Asked, B
from deployments.api.services import Services
from deployments.chat.messages import Message
from deployments.errors import InvalidField
from deployments.sessions.said import messages_of
from deployments.sessions.turns import Turn


@dataclass(frozen=True, slots=True)
class Talk:
    """Responses that go on from each other begin alike, so they have the same `affinity`."""

    messages: tuple[Message, ...]
    affinity: str
    turn: Turn | None = None


@asynccontextmanager
async def talk(asked: Asked[B], services: Services) -> AsyncIterator[Talk]:
    """Raises InvalidField for calls and results that do not belong together, and ConversationBusy."""
    said = messages_of((*asked.before, *asked.new))
    if asked.session_id is None:
        _check_calls(said)
        yield Talk(said, affinity_of(asked.owner, *opening(said)))
        return
    with as_conversation(asked.session_id):
        async with services.turns.turn(asked.owner, asked.session_id) as turn:
            messages = (*turn.history, *said)
            _check_calls(messages)
            yield Talk(messages, asked.session_id, turn)


def _check_calls(messages: Sequence[Message]) -> None:
    waiting: list[str | None] = []
    for message in messages:
        waiting += [call.id for call in message.tool_calls]
        if message.role == "tool":
            if message.tool_call_id not in waiting:
                raise InvalidField(
                    f"No tool call found for function call output with call_id {message.tool_call_id}.", param="input"
                )
            waiting.remove(message.tool_call_id)
    if waiting:
        raise InvalidField(f"No tool output found for function call {waiting[0]}.", param="input")
