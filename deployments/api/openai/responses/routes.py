"""/v1/responses: answers that may be kept, gone on from, followed and cancelled."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from deployments.api.json_text import AnyJson
from deployments.api.limits import admitted
from deployments.api.openai.models import require_chat_model
from deployments.api.openai.responses.answer import followed, whole
from deployments.api.openai.responses.asked import Asked, asked
from deployments.api.openai.responses.background import begin, cancelled, told_of
from deployments.api.openai.responses.failures import own_fields
from deployments.api.openai.responses.input_body import InputBody
from deployments.api.openai.responses.item_objects import ItemPage
from deployments.api.openai.responses.items import page_object
from deployments.api.openai.responses.objects import DeletedResponse, InputTokens, ResponseObject
from deployments.api.openai.responses.options import SEALED
from deployments.api.openai.responses.pages import Included, Limit, PageOrder
from deployments.api.openai.responses.request import ResponseRequest
from deployments.api.openai.responses.response import new_response, with_sealed
from deployments.api.openai.responses.talk import looked_at
from deployments.api.openai.responses.writer import ResponseForm
from deployments.api.openapi import answers, openai_refusals
from deployments.api.services import OwnerDep, Services, ServicesDep
from deployments.api.streams import event_stream
from deployments.errors import InvalidField

router = APIRouter(prefix="/v1/responses", tags=["Responses"], default_response_class=AnyJson)

EVENTS = "events of a response, numbered; the last holds it whole"

Number = Annotated[int, Query(ge=0, lt=2**31, description="of an event: those behind it are streamed")]


@router.post("", responses=answers(ResponseObject, events=EVENTS) | openai_refusals(409, 504))
async def create_response(body: ResponseRequest, request: Request, services: ServicesDep, owner: OwnerDep) -> Response:
    """Answer an input. With `stream`, as server-sent events; with `background`, without waiting for the end."""
    body.check()
    response = new_response(body, require_chat_model(services, body.model), services.config.chat)
    async with admitted(request, services.limiter, "chat"):
        what = await asked(body, services, owner)
        what.body.to_chat_request((), services.config, what.owner)
        if body.background:
            return await _in_background(what, response, services)
        form = ResponseForm(response, body.shown, is_followed=bool(body.stream))
        if body.stream:
            return await event_stream(followed(what, form, services))
        return AnyJson(await whole(what, form, services))


@router.post("/input_tokens", responses=answers(InputTokens))
async def count_input_tokens(body: InputBody, services: ServicesDep, owner: OwnerDep) -> dict[str, Any]:
    """How many tokens the model would read."""
    body.check()
    require_chat_model(services, body.model)
    what = await asked(body, services, owner)
    with own_fields():
        request = body.to_chat_request(await looked_at(what, services), services.config, what.owner)
        count = await services.chat.count_prompt_tokens(request)
    return {"object": "response.input_tokens", "input_tokens": count}


@router.get("/{response_id}", responses=answers(ResponseObject, events=EVENTS))
async def retrieve_response(
    response_id: str,
    services: ServicesDep,
    owner: OwnerDep,
    include: Included,
    stream: bool = False,
    starting_after: Number | None = None,
    include_obfuscation: bool = False,
) -> Response:
    """As it was answered, or as it stands. With `stream`, the events of one that is made in the background."""
    if stream:
        _require_as_told(include)
        return await event_stream(
            told_of(response_id, services, owner, after=-1 if starting_after is None else starting_after)
        )
    if starting_after is not None:
        raise InvalidField("starting_after needs stream to be true.", param="starting_after")
    response = await services.responses.get(owner, response_id)
    return AnyJson(with_sealed(response) if SEALED in include else response)


@router.delete("/{response_id}", responses=answers(DeletedResponse))
async def delete_response(response_id: str, services: ServicesDep, owner: OwnerDep) -> dict[str, Any]:
    """Gone for good. One that is still being made is no longer; what it added to a conversation stays there."""
    await services.responses.delete(owner, response_id)
    services.background.stop(response_id)
    return {"id": response_id, "object": "response", "deleted": True}


@router.post("/{response_id}/cancel", responses=answers(ResponseObject))
async def cancel_response(response_id: str, services: ServicesDep, owner: OwnerDep) -> Response:
    """Stop what is made in the background. One that has ended stays as it is."""
    return AnyJson(await cancelled(response_id, services, owner))


@router.get("/{response_id}/input_items", responses=answers(ItemPage))
async def list_input_items(
    response_id: str,
    services: ServicesDep,
    owner: OwnerDep,
    include: Included,
    limit: Limit = 20,
    after: str | None = None,
    order: PageOrder = "desc",
) -> dict[str, Any]:
    """All that was said before its answer, from behind the item `after` on."""
    items = await services.responses.input_items(owner, response_id, limit=limit + 1, after=after, order=order)
    return page_object(items, limit, with_sealed=SEALED in include)


def _require_as_told(include: frozenset[str]) -> None:
    if SEALED in include:
        raise InvalidField(
            f"Events are told as the request asked for them: send {SEALED} with it, or retrieve the response without "
            "stream.",
            param="include",
        )


async def _in_background(what: Asked[ResponseRequest], response: dict[str, Any], services: Services) -> Response:
    await begin(what, response, services)
    if what.body.stream:
        return await event_stream(told_of(response["id"], services, what.owner))
    return AnyJson(response)
