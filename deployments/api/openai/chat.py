"""POST /v1/chat/completions, with or without a session."""

import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from deployments.api.conversation import conversation
from deployments.api.deadline import answer_within, items_within
from deployments.api.json_text import AnyJson
from deployments.api.limits import admitted
from deployments.api.openai.chat_request import ChatCompletionRequest
from deployments.api.openai.chunks import DONE, ChunkFormat
from deployments.api.openai.completion import completion_object
from deployments.api.openai.models import require_chat_model
from deployments.api.openai.objects import ChatCompletion
from deployments.api.openapi import answers, openai_refusals
from deployments.api.services import CallerDep, Services, ServicesDep
from deployments.api.streams import event_stream
from deployments.chat.completion import Completion
from deployments.chat.deltas import Truncated
from deployments.errors import InvalidField
from deployments.limits.limiter import Caller

router = APIRouter(tags=["Chat"])

SessionHeader = Annotated[str | None, Header(description="continue this session, and store the turn in it")]


@router.post(
    "/v1/chat/completions",
    responses=answers(ChatCompletion, events="chat.completion.chunk objects, then [DONE]") | openai_refusals(409, 504),
)
async def create_chat_completion(
    body: ChatCompletionRequest,
    request: Request,
    services: ServicesDep,
    caller: CallerDep,
    x_session_id: SessionHeader = None,
) -> Response:
    """Answer a conversation. With `stream`, as server-sent events."""
    body.check(services.config)
    if x_session_id and body.choices > 1:
        raise InvalidField("A session goes on with one answer, so n is 1 there.", param="n")
    form = _form(body, require_chat_model(services, body.model))
    headers = {"X-Session-Id": x_session_id} if x_session_id else {}
    async with admitted(request, services.limiter, "chat"):
        if body.stream:
            response: Response = await event_stream(_events(body, form, services, caller, x_session_id, headers))
        else:
            completions = await _complete(body, services, caller, x_session_id)
            headers |= _truncation(completions[0].truncated_messages)
            response = AnyJson(completion_object(completions, form))
    response.headers.update(headers)
    return response


async def _complete(
    body: ChatCompletionRequest, services: Services, caller: Caller, session_id: str | None
) -> list[Completion]:
    async with conversation(services, caller, session_id, body.our_messages()) as talk:
        asked = talk.ask(body.to_chat_request(talk.messages, services.config, caller))
        answer = services.chat.complete(asked, talk.affinity)
        completions = await answer_within(services.config.http.answer_timeout_s, answer)
        await talk.keep(completions[0])
        return completions


async def _events(
    body: ChatCompletionRequest,
    form: ChunkFormat,
    services: Services,
    caller: Caller,
    session_id: str | None,
    headers: dict[str, str],
) -> AsyncGenerator[str]:
    """The turn is stored before its last event, so that a client may go on as soon as it has read it.

    What belongs into the response's `headers` is there before the first event.
    """
    async with conversation(services, caller, session_id, body.our_messages()) as talk:
        asked = talk.ask(body.to_chat_request(talk.messages, services.config, caller))
        answer = services.chat.stream(asked, form, talk.affinity)
        async with aclosing(items_within(services.config.http.answer_timeout_s, answer)) as items:
            async for item in items:
                match item:
                    case Completion():
                        await talk.keep(item)
                    case Truncated():
                        headers |= _truncation(item.messages)
                    case _:
                        yield item
    yield DONE


def _truncation(messages: int) -> dict[str, str]:
    return {"X-Truncated-Messages": str(messages)} if messages else {}


def _form(body: ChatCompletionRequest, model: str) -> ChunkFormat:
    return ChunkFormat(
        id=f"chatcmpl-{secrets.token_hex(12)}",
        model=model,
        created=int(time.time()),
        include_thinking=bool(body.include_thinking),
        include_timings=bool(body.timings),
        include_usage=body.includes_usage,
        include_logprobs=bool(body.logprobs),
    )
