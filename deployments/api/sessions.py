"""/v1/sessions: conversations kept on the server."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from deployments.api.openai.completion import message_object
from deployments.api.openai.messages import WireMessage, to_message
from deployments.api.openai.models import chat_context_length
from deployments.api.openai.tools import WireTools, offer_of
from deployments.api.services import CallerDep, Services, ServicesDep
from deployments.chat.request import ChatRequest
from deployments.errors import InvalidField
from deployments.limits.limiter import Caller
from deployments.sessions.session import Session, StoredMessage

router = APIRouter(prefix="/v1/sessions", tags=["Sessions"])

Limit = Annotated[int, Query(ge=1, le=1000)]


class SessionBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(None, max_length=500)
    metadata: dict[str, Any] | None = None


class CountTokensBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str | None = None
    messages: list[WireMessage] | None = Field(None, min_length=1)
    tools: WireTools | None = None


@router.post("")
async def create_session(services: ServicesDep, caller: CallerDep, body: SessionBody | None = None) -> dict[str, Any]:
    """A new session, which becomes the key's current one."""
    body = body or SessionBody()
    session = await services.sessions.create(_owner(caller), title=body.title, metadata=body.metadata or {})
    return {key: _stats(services, session)[key] for key in ("session_id", "max_context", "created_at")}


@router.get("")
async def list_sessions(
    services: ServicesDep, caller: CallerDep, limit: Limit = 100, after: str | None = None
) -> dict[str, Any]:
    """The key's sessions, newest access first, from behind the session `after` on."""
    sessions = await services.sessions.recent(_owner(caller), limit=limit, after=after)
    return {"sessions": [_stats(services, session) for session in sessions]}


@router.post("/count-tokens")
async def count_tokens(
    services: ServicesDep, text: str | None = None, body: CountTokensBody | None = None
) -> dict[str, int]:
    """How many tokens a text, or a whole conversation, takes in the served model's context."""
    text = body.text if text is None and body else text
    if text is not None:
        return {"text_length": len(text), "token_count": await services.chat.count_tokens(text)}
    if not body or not body.messages:
        raise InvalidField("Send text or messages.", param="text")
    messages = tuple(map(to_message, body.messages))
    asked = ChatRequest(messages, max_tokens=1, tools=offer_of(body.tools or [], None).tools)
    count = await services.chat.count_prompt_tokens(asked)
    return {"text_length": sum(len(message.content) for message in messages), "token_count": count}


@router.get("/current")
async def current_session(services: ServicesDep, caller: CallerDep) -> dict[str, Any]:
    """The session that the key made or loaded last."""
    return _stats(services, await services.sessions.current(_owner(caller)))


@router.get("/{session_id}")
async def get_session(session_id: str, services: ServicesDep, caller: CallerDep) -> dict[str, Any]:
    """One session; the current one stays what it is."""
    return _stats(services, await services.sessions.get(_owner(caller), session_id))


@router.patch("/{session_id}")
async def update_session(
    session_id: str, body: SessionBody, services: ServicesDep, caller: CallerDep
) -> dict[str, Any]:
    """Change title or metadata."""
    changes = body.model_dump(exclude_unset=True)
    return _stats(services, await services.sessions.update(_owner(caller), session_id, **changes))


@router.delete("/{session_id}")
async def delete_session(session_id: str, services: ServicesDep, caller: CallerDep) -> dict[str, Any]:
    """Gone for good."""
    await services.sessions.delete(_owner(caller), session_id)
    return {"session_id": session_id, "deleted": True}


@router.post("/{session_id}/load")
async def load_session(session_id: str, services: ServicesDep, caller: CallerDep) -> dict[str, Any]:
    """Make it the key's current session."""
    return _stats(services, await services.sessions.make_current(_owner(caller), session_id))


@router.get("/{session_id}/messages")
async def list_messages(
    session_id: str,
    services: ServicesDep,
    caller: CallerDep,
    limit: Limit | None = None,
    after: int | None = None,
    order: Literal["asc", "desc"] = "asc",
) -> dict[str, Any]:
    """What was said in it, from behind the message numbered `after` on."""
    owner = _owner(caller)
    session = await services.sessions.get(owner, session_id)
    messages = await services.sessions.messages(owner, session_id, limit=limit, after=after, order=order)
    return {
        "session_id": session.id,
        "message_count": session.message_count,
        "token_count": session.token_count,
        "messages": [_message(stored) for stored in messages],
    }


def _owner(caller: Caller) -> str:
    assert caller.key is not None  # the gate lets nobody else through
    return caller.key


def _stats(services: Services, session: Session) -> dict[str, Any]:
    max_context = chat_context_length(services)
    return {
        "session_id": session.id,
        "message_count": session.message_count,
        "token_count": session.token_count,
        "max_context": max_context,
        "tokens_remaining": max(0, max_context - session.token_count) if max_context else None,
        "context_usage": round(session.token_count / max_context, 4) if max_context else None,
        "created_at": session.created_at.timestamp(),
        "last_accessed": session.last_accessed.timestamp(),
        "title": session.title,
        "metadata": session.metadata,
    }


def _message(stored: StoredMessage) -> dict[str, Any]:
    extra = {"id": stored.number, "created_at": stored.created_at.timestamp()}
    return extra | message_object(stored.message, include_thinking=True)
