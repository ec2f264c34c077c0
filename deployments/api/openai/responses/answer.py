"""One life of a response: the model's events, told and kept. Whoever wants only its end is told nothing else."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Literal

from deployments.api.deadline import items_within
from deployments.api.openai.responses.asked import Asked
from deployments.api.openai.responses.events import apart, last_response, numbered_apart, pieces
from deployments.api.openai.responses.failures import as_ours, failure_events, own_fields
from deployments.api.openai.responses.lists import lasting
from deployments.api.openai.responses.request import ResponseRequest
from deployments.api.openai.responses.response import failed
from deployments.api.openai.responses.talk import Talk, talk
from deployments.api.openai.responses.writer import ResponseForm
from deployments.api.services import Services
from deployments.chat.completion import Completion
from deployments.chat.deltas import Truncated
from deployments.errors import ServingError

logger = logging.getLogger(__name__)

Told = tuple[str, bool]  # events, and whether the response ends with them; as it is about to be kept, none


async def answered(asked: Asked[ResponseRequest], form: ResponseForm, services: Services) -> AsyncGenerator[Told]:
    """The turn is stored before its last events, so that a client may go on as soon as it has read them."""
    completion: Completion | None = None
    with own_fields():
        async with talk(asked, services) as said, aclosing(_items(asked, form, said, services)) as items:
            async for item in items:
                if isinstance(item, Completion):
                    completion = item
                elif isinstance(item, str):
                    if completion:
                        yield "", True
                        await _keep(asked, said, item, completion, services)
                    yield item, completion is not None


async def followed(asked: Asked[ResponseRequest], form: ResponseForm, services: Services) -> AsyncGenerator[str]:
    """Of a stream. What breaks off after its first event is kept as it was then: failed, or left by its client."""
    told: list[str] = []
    is_last = False
    async with aclosing(answered(asked, form, services)) as texts:
        try:
            async for text, is_last in texts:
                if text:
                    told.extend(apart(text))
                    if is_last:
                        told.clear()
                    yield text
        except Exception as error:
            if not told:
                raise
            ours = as_ours(error)
            ended = failed(broken_off(form, told, "failed"), ours)
            await _keep_alone(asked, ended, services)
            yield failure_events(ended, ours, len(told))
        except (GeneratorExit, asyncio.CancelledError):
            if told and not is_last:  # what is about to be kept will be, whoever leaves
                await _keep_alone(asked, broken_off(form, told, "cancelled"), services)
            raise


async def whole(asked: Asked[ResponseRequest], form: ResponseForm, services: Services) -> dict[str, Any]:
    """Of a form that is not followed."""
    async with aclosing(answered(asked, form, services)) as texts:
        return last_response("".join([text async for text, _ in texts]))


def _items(
    asked: Asked[ResponseRequest], form: ResponseForm, said: Talk, services: Services
) -> AsyncGenerator[str | Truncated | Completion]:
    request = asked.body.to_chat_request(said.messages, services.config, asked.owner)
    answer = services.chat.stream(request, form, said.affinity)
    return items_within(services.config.http.answer_timeout_s, answer)


async def _keep(
    asked: Asked[ResponseRequest], said: Talk, told: str, completion: Completion, services: Services
) -> None:
    response = last_response(told)
    if asked.body.is_stored or said.turn:
        await services.responses.keep(
            asked.owner,
            response if asked.body.is_stored else None,
            [*asked.said, *lasting(response["output"])],
            turn=said.turn,
            token_count=completion.conversation_tokens or 0,
            events=numbered_apart(told) if asked.body.background else (),
        )


async def _keep_alone(asked: Asked[ResponseRequest], response: Mapping[str, Any], services: Services) -> None:
    """Nothing can go on from it, and its conversation stays as it was. Its client has been told how it ended."""
    if asked.body.is_stored:
        try:
            await services.responses.keep(asked.owner, response, asked.said)
        except ServingError as error:
            logger.warning("How the response %s broke off could not be kept: %s", response["id"], error)


def broken_off(form: ResponseForm, told: Sequence[str], status: Literal["failed", "cancelled"]) -> dict[str, Any]:
    return {**form.response, "status": status, "output": form.writer().broken_off(pieces(told))}
