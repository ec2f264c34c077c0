"""What a request for a response refers to: the responses before it, and items that are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from deployments.api.openai.conversation_ids import as_conversation, session_of
from deployments.api.openai.responses.input_body import InputBody
from deployments.api.openai.responses.input_items import Reference
from deployments.api.services import Services
from deployments.errors import ResponseNotFound
from deployments.sessions.added import Said
from deployments.sessions.items import Content

B = TypeVar("B", bound=InputBody)


@dataclass(frozen=True, slots=True)
class Asked(Generic[B]):
    """`before` is what earlier responses said, `new` what this request adds.

    A conversation may still change; its history is read when its turn has come.
    """

    owner: str
    body: B
    before: tuple[Content, ...]
    new: tuple[Content, ...]
    session_id: str | None

    @property
    def said(self) -> list[Said]:
        """What it adds, as it is kept."""
        return [(None, content) for content in self.new]


async def asked(body: B, services: Services, owner: str) -> Asked[B]:
    """Raises ResponseNotFound, ConversationNotFound and ItemNotFound, and InvalidField for a response that failed."""
    before: tuple[Content, ...] = ()
    if body.previous_response_id is not None:
        before = await _said_up_to(body.previous_response_id, services, owner)
    session_id = None if body.conversation_id is None else session_of(body.conversation_id)
    if session_id:
        with as_conversation(session_id):
            await services.sessions.get(owner, session_id)
    return Asked(owner, body, before, await resolved(body.contents, services, owner, param="input"), session_id)


async def _said_up_to(response_id: str, services: Services, owner: str) -> tuple[Content, ...]:
    try:
        return tuple(item.content for item in await services.responses.history(owner, response_id))
    except ResponseNotFound as error:
        error.param = "previous_response_id"
        raise


async def resolved(
    contents: Sequence[Content | Reference], services: Services, owner: str, *, param: str
) -> tuple[Content, ...]:
    """References are what they refer to. Raises ItemNotFound, with the field `param` that they came in."""
    ids = [content.id for content in contents if isinstance(content, Reference)]
    found = await services.responses.items(owner, ids, param=param) if ids else {}
    return tuple(found[content.id] if isinstance(content, Reference) else content for content in contents)
