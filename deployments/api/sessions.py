"""/v1/sessions: conversations kept on the server."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator

from deployments.api.json_text import AnyJson
from deployments.api.openapi import openai_refusals
from deployments.api.services import OwnerDep, ServicesDep
from deployments.api.session_body import ForkBody, Position, SessionBody
from deployments.api.session_fork import forked
from deployments.api.session_object import session_object, stored_message_object
from deployments.api.token_count import CountTokensBody, counted
from deployments.sessions.access import require_id

router = APIRouter(prefix="/v1/sessions", tags=["Sessions"], default_response_class=AnyJson)

Limit = Annotated[int, Query(ge=1, le=1000)]
SessionId = Annotated[str, AfterValidator(require_id)]  # before anybody is asked for it


@router.post("")
async def create_session(services: ServicesDep, owner: OwnerDep, body: SessionBody | None = None) -> dict[str, Any]:
    """A new session, which becomes the key's current one."""
    body = body or SessionBody()
    session = await services.sessions.create(owner, body.settings)
    stats = session_object(services, session)
    return {key: stats[key] for key in ("session_id", "max_context", "created_at")}


@router.get("")
async def list_sessions(
    services: ServicesDep, owner: OwnerDep, limit: Limit = 100, after: SessionId | None = None
) -> dict[str, Any]:
    """The key's sessions, newest access first, from behind the session `after` on."""
    sessions = await services.sessions.recent(owner, limit=limit, after=after)
    return {"sessions": [session_object(services, session) for session in sessions]}


@router.post("/count-tokens")
async def count_tokens(
    services: ServicesDep, text: str | None = None, body: CountTokensBody | None = None
) -> dict[str, int]:
    """How many tokens a text, or a whole conversation, takes in the served model's context."""
    return await counted(services, text, body or CountTokensBody())


@router.get("/current")
async def current_session(services: ServicesDep, owner: OwnerDep) -> dict[str, Any]:
    """The session that the key made or loaded last."""
    return session_object(services, await services.sessions.current(owner))


@router.get("/{session_id}")
async def get_session(session_id: SessionId, services: ServicesDep, owner: OwnerDep) -> dict[str, Any]:
    """One session; the current one stays what it is."""
    return session_object(services, await services.sessions.get(owner, session_id))


@router.patch("/{session_id}")
async def update_session(
    session_id: SessionId, body: SessionBody, services: ServicesDep, owner: OwnerDep
) -> dict[str, Any]:
    """Change title, metadata, how long it lasts, or what happens when its context is full."""
    return session_object(services, await services.sessions.update(owner, session_id, body.settings))


@router.delete("/{session_id}")
async def delete_session(session_id: SessionId, services: ServicesDep, owner: OwnerDep) -> dict[str, Any]:
    """Gone for good."""
    await services.sessions.delete(owner, session_id)
    return {"session_id": session_id, "deleted": True}


@router.post("/{session_id}/load")
async def load_session(session_id: SessionId, services: ServicesDep, owner: OwnerDep) -> dict[str, Any]:
    """Make it the key's current session."""
    return session_object(services, await services.sessions.make_current(owner, session_id))


@router.post("/{session_id}/fork", responses=openai_refusals(409))
async def fork_session(
    session_id: SessionId, services: ServicesDep, owner: OwnerDep, body: ForkBody | None = None
) -> dict[str, Any]:
    """A copy of it, up to a message. What is current stays so."""
    return session_object(services, await forked(services, owner, session_id, body or ForkBody()))


@router.get("/{session_id}/messages")
async def list_messages(
    session_id: SessionId,
    services: ServicesDep,
    owner: OwnerDep,
    limit: Limit | None = None,
    after: Position | None = None,
    order: Literal["asc", "desc"] = "asc",
) -> dict[str, Any]:
    """What was said in it, instructions first, from behind the message with the id `after` on."""
    session = await services.sessions.get(owner, session_id)
    messages = await services.sessions.messages(owner, session_id, limit=limit, after=after, order=order)
    return {
        "session_id": session.id,
        "message_count": session.message_count,
        "token_count": session.token_count,
        "messages": [stored_message_object(stored) for stored in messages],
    }
