"""A response that nobody waits for: made on its own, and followed by whoever asks for its stream, from wherever."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import Any

from deployments.api.openai.responses.answer import answered, broken_off
from deployments.api.openai.responses.asked import Asked
from deployments.api.openai.responses.events import apart, numbered_apart, pieces
from deployments.api.openai.responses.failures import as_ours, failure_events
from deployments.api.openai.responses.parts import Shown
from deployments.api.openai.responses.request import ResponseRequest
from deployments.api.openai.responses.response import failed
from deployments.api.openai.responses.writer import ResponseForm, numbered
from deployments.api.services import Services
from deployments.errors import InvalidField, ServingError
from deployments.sessions.bodies import LOST, RUNNING
from deployments.sessions.progress import NoLongerWanted

POLL_S = 0.1

OPENING = ("response.created", "response.queued")


async def begin(asked: Asked[ResponseRequest], response: dict[str, Any], services: Services) -> None:
    """It is there when this returns, and on its way."""
    told = "".join(numbered({"type": kind, "response": response}, number) for number, kind in enumerate(OPENING))
    await services.background.progress.begin(asked.owner, response, numbered_apart(told), asked.said)
    form = ResponseForm(
        response | {"status": "in_progress"},
        asked.body.shown,
        opening=("response.in_progress",),
        first_number=len(OPENING),
    )
    services.background.start(response["id"], _made(asked, form, services))


async def told_of(response_id: str, services: Services, owner: str, *, after: int = -1) -> AsyncGenerator[str]:
    """Its events behind the one with this number, until it ends or is cancelled. Raises ResponseNotFound."""
    while True:
        response, events = await services.background.progress.told(owner, response_id, after)
        if not response["background"]:
            raise InvalidField("Only a response that is made in the background can be streamed again.", param="stream")
        for number, event in events:
            yield event
            after = number
        if response["status"] not in RUNNING and not events:
            break
        await asyncio.sleep(POLL_S if not events else 0)
    if response["error"] == LOST:
        yield failure_events(response, ServingError(LOST["message"]), after + 1)


async def cancelled(response_id: str, services: Services, owner: str) -> dict[str, Any]:
    """With what was written until then. One that has ended stays as it is."""
    response = await services.background.progress.cancel(owner, response_id, _written)
    services.background.stop(response_id)
    return response


def _written(response: Mapping[str, Any], events: Sequence[str]) -> list[dict[str, Any]]:
    shown = Shown(summary=response["reasoning"]["summary"] is not None)
    return ResponseForm(response, shown).writer().broken_off(pieces(events))


async def _made(asked: Asked[ResponseRequest], form: ResponseForm, services: Services) -> None:
    told: list[str] = []
    with suppress(NoLongerWanted):
        try:
            async with aclosing(answered(asked, form, services)) as texts:
                async for text, is_last in texts:
                    if not is_last:
                        told += apart(text)
                        await services.background.progress.tell(form.response["id"], numbered_apart(text))
        except NoLongerWanted:
            raise
        except Exception as error:
            ours = as_ours(error)
            ended = failed(broken_off(form, told, "failed"), ours)
            events = numbered_apart(failure_events(ended, ours, form.first_number + len(told)))
            await services.responses.keep(asked.owner, ended, asked.said, events=events)
