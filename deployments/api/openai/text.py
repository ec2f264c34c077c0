"""POST /v1/completions: a text goes on, without roles and without a session."""

import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import APIRouter, Request, Response

from deployments.api.conversation import affinity_of
from deployments.api.deadline import answer_within, items_within
from deployments.api.json_text import AnyJson
from deployments.api.limits import admitted
from deployments.api.openai.chunks import DONE
from deployments.api.openai.models import require_chat_model
from deployments.api.openai.objects import TextCompletion
from deployments.api.openai.text_chunks import TextFormat, text_object
from deployments.api.openai.text_request import CompletionRequest
from deployments.api.openapi import answers, openai_refusals
from deployments.api.services import CallerDep, Services, ServicesDep
from deployments.api.streams import event_stream
from deployments.chat.plain import TextRequest

router = APIRouter(tags=["Chat"])

TELLING = 256  # characters, or tokens, by which a text is known again


@router.post(
    "/v1/completions",
    responses=answers(TextCompletion, events="text_completion objects, then [DONE]") | openai_refusals(504),
)
async def create_completion(
    body: CompletionRequest, request: Request, services: ServicesDep, caller: CallerDep
) -> Response:
    """Continue one or many texts. With `stream`, as server-sent events."""
    body.check(services.config)
    form, asked = _form(body, require_chat_model(services, body.model)), body.to_request(services.config, caller)
    async with admitted(request, services.limiter, "chat"):
        if body.stream:
            return await event_stream(_events(asked, form, services))
        answer = services.chat.complete(asked, _affinity(asked))
        completions = await answer_within(services.config.http.answer_timeout_s, answer)
        return AnyJson(text_object(completions, form, asked.choices))


async def _events(asked: TextRequest, form: TextFormat, services: Services) -> AsyncGenerator[str]:
    answer = services.chat.stream(asked, form, _affinity(asked))
    async with aclosing(items_within(services.config.http.answer_timeout_s, answer)) as items:
        async for item in items:
            if isinstance(item, str):
                yield item
    yield DONE


def _affinity(asked: TextRequest) -> str:
    return affinity_of(asked.caller, str(asked.prompts[0][:TELLING]))


def _form(body: CompletionRequest, model: str) -> TextFormat:
    return TextFormat(
        id=f"cmpl-{secrets.token_hex(12)}",
        model=model,
        created=int(time.time()),
        include_usage=body.includes_usage,
        include_logprobs=body.logprobs is not None,
    )
