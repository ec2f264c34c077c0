"""/v1/conversations: what sessions are, as OpenAI's clients know it, item by item."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from deployments.api.json_text import AnyJson
from deployments.api.openai.conversation_ids import as_conversation, conversation_of, session_of
from deployments.api.openai.messages import WireModel
from deployments.api.openai.responses.asked import resolved
from deployments.api.openai.responses.input_items import WireItem
from deployments.api.openai.responses.item_objects import Conversation, DeletedConversation, Item, ItemPage
from deployments.api.openai.responses.items import item_object, page_object
from deployments.api.openai.responses.lists import read
from deployments.api.openai.responses.options import SEALED, Metadata
from deployments.api.openai.responses.pages import Included, Limit, PageOrder
from deployments.api.openapi import answers, openai_refusals
from deployments.api.services import OwnerDep, ServicesDep
from deployments.sessions.session import Session

router = APIRouter(prefix="/v1/conversations", tags=["Conversations"], default_response_class=AnyJson)

MOST_ITEMS = 20  # at a time, as at OpenAI


class ConversationBody(WireModel):
    items: Annotated[list[WireItem], Field(max_length=MOST_ITEMS)] | None = None
    metadata: Metadata | None = None


class MetadataBody(WireModel):
    metadata: Metadata | None


class ItemsBody(WireModel):
    items: Annotated[list[WireItem], Field(min_length=1, max_length=MOST_ITEMS)]


@router.post("", responses=answers(Conversation))
async def create_conversation(
    services: ServicesDep, owner: OwnerDep, body: ConversationBody | None = None
) -> dict[str, Any]:
    """A new conversation, with its first items."""
    body = body or ConversationBody()
    contents = await resolved(read(body.items or []), services, owner, param="items")
    return _conversation(await services.conversations.create(owner, body.metadata or {}, contents))


@router.get("/{conversation_id}", responses=answers(Conversation))
async def retrieve_conversation(conversation_id: str, services: ServicesDep, owner: OwnerDep) -> dict[str, Any]:
    """Its metadata; its items are listed apart."""
    session_id = session_of(conversation_id)
    with as_conversation(session_id):
        return _conversation(await services.sessions.get(owner, session_id))


@router.post("/{conversation_id}", responses=answers(Conversation))
async def update_conversation(
    conversation_id: str, body: MetadataBody, services: ServicesDep, owner: OwnerDep
) -> dict[str, Any]:
    """Other metadata in place of what there was."""
    session_id = session_of(conversation_id)
    with as_conversation(session_id):
        return _conversation(await services.sessions.update(owner, session_id, {"metadata": body.metadata or {}}))


@router.delete("/{conversation_id}", responses=answers(DeletedConversation))
async def delete_conversation(conversation_id: str, services: ServicesDep, owner: OwnerDep) -> dict[str, Any]:
    """Gone for good, with all its items."""
    session_id = session_of(conversation_id)
    with as_conversation(session_id):
        await services.sessions.delete(owner, session_id)
    return {"id": conversation_id, "object": "conversation.deleted", "deleted": True}


@router.post("/{conversation_id}/items", responses=answers(ItemPage) | openai_refusals(409))
async def create_items(
    conversation_id: str, body: ItemsBody, services: ServicesDep, owner: OwnerDep, include: Included
) -> dict[str, Any]:
    """Add items at its end. While an answer is being made in it, this waits for a moment, and then is refused."""
    session_id = session_of(conversation_id)
    contents = await resolved(read(body.items), services, owner, param="items")
    with as_conversation(session_id):
        async with services.turns.turn(owner, session_id) as turn:
            items = await services.conversations.add(turn, contents)
    return page_object(items, MOST_ITEMS, with_sealed=SEALED in include)


@router.get("/{conversation_id}/items", responses=answers(ItemPage))
async def list_items(
    conversation_id: str,
    services: ServicesDep,
    owner: OwnerDep,
    include: Included,
    limit: Limit = 20,
    after: str | None = None,
    order: PageOrder = "desc",
) -> dict[str, Any]:
    """Newest first, unless asked otherwise, from behind the item `after` on."""
    session_id = session_of(conversation_id)
    with as_conversation(session_id):
        items = await services.conversations.items(owner, session_id, limit=limit + 1, after=after, order=order)
    return page_object(items, limit, with_sealed=SEALED in include)


@router.get("/{conversation_id}/items/{item_id}", responses=answers(Item))
async def retrieve_item(
    conversation_id: str, item_id: str, services: ServicesDep, owner: OwnerDep, include: Included
) -> dict[str, Any]:
    """One of them."""
    session_id = session_of(conversation_id)
    with as_conversation(session_id):
        item = await services.conversations.item(owner, session_id, item_id)
    return item_object(item, with_sealed=SEALED in include)


@router.delete("/{conversation_id}/items/{item_id}", responses=answers(Conversation))
async def delete_item(conversation_id: str, item_id: str, services: ServicesDep, owner: OwnerDep) -> dict[str, Any]:
    """The model reads it no longer. The answer is what is left of the conversation."""
    session_id = session_of(conversation_id)
    with as_conversation(session_id):
        return _conversation(await services.conversations.remove(owner, session_id, item_id))


def _conversation(session: Session) -> dict[str, Any]:
    return {
        "id": conversation_of(session.id),
        "object": "conversation",
        "created_at": int(session.created_at),
        "metadata": session.metadata,
    }
