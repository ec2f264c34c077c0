"""A copy of a session up to a message: which messages it gets, and what they take in the model's context."""

from collections.abc import Sequence

from deployments.api.services import Services
from deployments.api.session_body import ForkBody
from deployments.chat.request import ChatRequest
from deployments.errors import InvalidField, InvalidRequest
from deployments.sessions.session import Session, StoredMessage


async def forked(services: Services, owner: str, session_id: str, body: ForkBody) -> Session:
    """Raises SessionNotFound, SessionBusy, and InvalidField for a message that is not there."""
    source = await services.sessions.get(owner, session_id)
    said = await services.sessions.messages(owner, session_id)
    copied = _up_to(said, body.up_to)
    last = copied[-1].position if copied else 0
    context_from = source.context_from if last >= source.context_from else 1
    if len(copied) < len(said):
        tokens = await _tokens(services, [one for one in copied if one.is_read_from(context_from)])
    else:
        tokens = source.token_count
    return await services.sessions.fork(
        owner, source, body.settings, up_to=last, context_from=context_from, token_count=tokens
    )


def _up_to(said: Sequence[StoredMessage], last: int | None) -> Sequence[StoredMessage]:
    if last is None:
        return said
    if last not in {stored.position for stored in said}:
        raise InvalidField(f"The session has no message {last}. GET …/messages lists their ids.", param="up_to")
    return [stored for stored in said if stored.position <= last]


async def _tokens(services: Services, read: Sequence[StoredMessage]) -> int:
    """0 where the model's template has no place for so little, such as instructions alone."""
    messages = tuple(stored.message for stored in read)
    try:
        return await services.chat.count_prompt_tokens(ChatRequest(messages, max_tokens=1))
    except InvalidRequest:
        return 0
