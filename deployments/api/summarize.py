"""POST /summarize."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import UploadFile as FormFile

from deployments.api.deadline import answer_within, items_within
from deployments.api.limits import admitted
from deployments.api.openapi import answers, form_or_query, refusals
from deployments.api.services import CallerDep, Services, ServicesDep
from deployments.api.sse import sse
from deployments.api.streams import event_stream
from deployments.api.uploads import read_text
from deployments.summary.document import Progress
from deployments.summary.request import Summary, SummaryRequest

router = APIRouter(tags=["Summaries"])

CacheControl = Annotated[str, Header(description="`no-cache`: compute the summary anew, and keep the new one")]


class Fields(BaseModel):
    """What may come beside the file. Other fields are ignored, as the original did."""

    model_name: str | None = Field(None, description="a served model, or one of Gemini's; default: the local one")
    persona: str | None = Field(None, description="one of GET /personas; default: what suits the file")
    max_tokens: int | None = Field(None, ge=1, le=32_768, description="of the summary")
    temperature: float | None = Field(None, ge=0, le=2)
    enable_safety: bool = Field(False, description="Gemini's filters at their strictest; other models have none")
    stream: bool = Field(False, description="server-sent events: progress, pieces of text, then the whole answer")


async def fields(request: Request) -> Fields:
    """From the form, or else from the query. What is empty counts as left out."""
    form, query = _said((await request.form()).items()), _said(request.query_params.items())
    try:
        return Fields.model_validate(query | form)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        places = ["body" if problem["loc"][0] in form else "query" for problem in problems]
        raise RequestValidationError(
            [{**problem, "loc": (place, *problem["loc"])} for place, problem in zip(places, problems, strict=True)]
        ) from None


def _said(values: Iterable[tuple[str, FormFile | str]]) -> dict[str, object]:
    said = {name: value for name, value in values if name in Fields.model_fields and value}
    return {name: value if isinstance(value, str) else {"filename": value.filename} for name, value in said.items()}


EVENTS = "objects with `progress` or a `delta`, then the whole answer"


@router.post(
    "/summarize",
    openapi_extra=form_or_query(Fields),
    responses=answers(dict[str, Any], events=EVENTS) | refusals(404, 502, 504),
)
async def summarize(
    file: UploadFile,
    request: Request,
    services: ServicesDep,
    asked: Annotated[Fields, Depends(fields)],
    caller: CallerDep,
    cache_control: CacheControl = "",
) -> Response:
    """A file's summary, as a persona would write it."""
    summary_request = SummaryRequest(
        filename=file.filename or "",
        text=await read_text(file, services.config.http, "summarized"),
        persona=asked.persona,
        model=asked.model_name,
        max_tokens=asked.max_tokens,
        temperature=asked.temperature,
        enable_safety=asked.enable_safety,
        fresh="no-cache" in cache_control.lower(),
        payer=caller.key or "",
    )
    async with admitted(request, services.limiter, "summarize", is_paid=summary_request.is_paid):
        if asked.stream:
            return await event_stream(_events(services, summary_request))
        return JSONResponse(_body(await _summary(services, summary_request)))


async def _summary(services: Services, request: SummaryRequest) -> Summary:
    return await answer_within(services.config.http.answer_timeout_s, services.summarizer.summarize(request))


async def _events(services: Services, request: SummaryRequest) -> AsyncGenerator[str]:
    stream = items_within(services.config.http.answer_timeout_s, services.summarizer.stream(request))
    async with aclosing(stream) as events:
        async for event in events:
            yield sse(_event(event))


def _event(event: Progress | str | Summary) -> dict[str, Any]:
    if isinstance(event, Progress):
        return {"progress": asdict(event)}
    return {"delta": event} if isinstance(event, str) else _body(event)


def _body(summary: Summary) -> dict[str, Any]:
    return {
        "language": summary.language,
        "summary": summary.summary,
        "model": summary.model,
        "persona": summary.persona,
        "usage": asdict(summary.usage) | {"total_tokens": summary.usage.total_tokens},
        "cached": summary.origin == "known",
        "truncated": summary.truncated,
    }
