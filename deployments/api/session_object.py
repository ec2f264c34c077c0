"""A session and its messages as /v1/sessions shows them."""

from typing import Any

from deployments.api.openai.completion import message_object
from deployments.api.openai.models import chat_context_length
from deployments.api.services import Services
from deployments.sessions.session import Session, StoredMessage


def session_object(services: Services, session: Session) -> dict[str, Any]:
    max_context = chat_context_length(services)
    return {
        "session_id": session.id,
        "message_count": session.message_count,
        "token_count": session.token_count,
        "max_context": max_context,
        "tokens_remaining": max(0, max_context - session.token_count) if max_context else None,
        "context_usage": round(session.token_count / max_context, 4) if max_context else None,
        "created_at": session.created_at,
        "last_accessed": session.last_accessed,
        "title": session.title,
        "metadata": session.metadata,
    }


def stored_message_object(stored: StoredMessage) -> dict[str, Any]:
    extra = {"id": stored.position, "created_at": stored.created_at}
    return extra | message_object(stored.message, include_thinking=True)
