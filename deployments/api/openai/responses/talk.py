"""What the model is to read for a response, and where its turn belongs. A conversation is one request's at a time."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from deployments.api.conversation import affinity_of, opening
from deployments.api.openai.conversation_ids import as_conversation
from deployments.api.openai.history import unpaired
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
    if asked.session_id is None:
        messages = _checked(asked, ())
        yield Talk(messages, affinity_of(asked.owner, *opening(messages)))
        return
    with as_conversation(asked.session_id):
        async with services.turns.turn(asked.owner, asked.session_id, is_whole=asked.body.reads_all) as turn:
            yield Talk(_checked(asked, turn.history), asked.session_id, turn)


async def looked_at(asked: Asked[B], services: Services) -> tuple[Message, ...]:
    """What `talk` would read now; nobody's turn is waited for, and nobody has to wait."""
    if asked.session_id is None:
        return _checked(asked, ())
    with as_conversation(asked.session_id):
        history = await services.turns.history(asked.owner, asked.session_id, is_whole=asked.body.reads_all)
    return _checked(asked, history)


def _checked(asked: Asked[B], history: Sequence[Message]) -> tuple[Message, ...]:
    """All that the model is to read."""
    messages = (*history, *messages_of((*asked.before, *asked.new)))
    if not messages:
        raise InvalidField("Nothing was said in this conversation yet, so send an input.", param="input")
    calls, results = unpaired(messages)
    if results:
        raise InvalidField(f"No tool call found for function call output with call_id {results[0]}.", param="input")
    if calls:
        raise InvalidField(f"No tool output found for function call {calls[0]}.", param="input")
    return messages
