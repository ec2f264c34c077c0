"""A conversation's id beside its session's: `conv_` and `sess_` before the same digits. It asks no store."""

from collections.abc import Iterator
from contextlib import contextmanager

from deployments.errors import ConversationBusy, ConversationNotFound, SessionBusy, SessionNotFound
from deployments.sessions.session import conversation_id_of, session_id_of

PREFIX = "conv_"


def session_of(conversation_id: str) -> str:
    """Raises ConversationNotFound for what cannot be an id."""
    session_id = session_id_of(conversation_id.removeprefix(PREFIX))
    if not conversation_id.startswith(PREFIX) or conversation_id_of(session_id) is None:
        raise _not_found(conversation_id)
    return session_id


def conversation_of(session_id: str) -> str:
    return f"{PREFIX}{conversation_id_of(session_id)}"


@contextmanager
def as_conversation(session_id: str) -> Iterator[None]:
    """What the store says of a session is said of a conversation."""
    try:
        yield
    except SessionNotFound:
        raise _not_found(conversation_of(session_id)) from None
    except SessionBusy:
        said = "Another request is working on this conversation. Try again when it is done."
        raise ConversationBusy(said, param="conversation") from None


def _not_found(conversation_id: str) -> ConversationNotFound:
    return ConversationNotFound(f"Conversation with id {conversation_id[:100]!r} not found.", param="conversation")
