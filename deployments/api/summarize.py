"""POST /summarize."""

from collections.abc import AsyncGenerator
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError

from deployments.api.deadline import answer_within
from deployments.api.limits import admitted
from deployments.api.services import Services, ServicesDep
from deployments.api.sse import sse
from deployments.api.streams import event_stream
from deployments.api.uploads import read_text
from deployments.summary.request import Summary, SummaryRequest

router = APIRouter(tags=["Summaries"])


class Fields(BaseModel):
    """What may come beside the file. Other fields are ignored, as the original did."""

    model_name: str | None = Field(None, description="a served model, or one of Gemini's; default: the local one")
    persona: str | None = Field(None, description="one of GET /personas; default: what suits the file")
    max_tokens: int | None = Field(None, ge=1, le=32_768, description="of the summary")
    temperature: float | None = Field(None, ge=0, le=2)
    enable_safety: bool = Field(False, description="Gemini's filters at their strictest; other models have none")
    stream: bool = Field(False, description="server-sent events: pieces of text, then the whole answer")


FORM = {"requestBody": {"content": {"multipart/form-data": {"schema": Fields.model_json_schema()}}}}


async def fields(request: Request, query: Annotated[Fields, Query()]) -> Fields:
    """From the form, or else from the query."""
    form = {name: value for name, value in (await request.form()).items() if name in Fields.model_fields and value}
    try:
        return Fields.model_validate(query.model_dump(exclude_unset=True) | form)
    except ValidationError as error:
        problems = [{**problem, "loc": ("body", *problem["loc"])} for problem in error.errors()]
        raise RequestValidationError(problems) from None


@router.post("/summarize", openapi_extra=FORM)
async def summarize(
    file: UploadFile, request: Request, services: ServicesDep, asked: Annotated[Fields, Depends(fields)]
) -> Response:
    """A file's summary, as a persona would write it."""
    text = await read_text(file, services.config.http, "summarized")
    summary_request = SummaryRequest(
        filename=file.filename or "",
        text=text,
        persona=asked.persona,
        model=asked.model_name,
        max_tokens=asked.max_tokens,
        temperature=asked.temperature,
        enable_safety=asked.enable_safety,
    )
    async with admitted(request, services.limiter, "summarize"):
        if asked.stream:
            return await event_stream(_events(services, summary_request))
        return JSONResponse(_body(await _summary(services, summary_request)))


async def _events(services: Services, request: SummaryRequest) -> AsyncGenerator[str]:
    summary = await _summary(services, request)
    yield sse({"delta": summary.summary})
    yield sse(_body(summary))


async def _summary(services: Services, request: SummaryRequest) -> Summary:
    return await answer_within(services.config.http.answer_timeout_s, services.summarizer.summarize(request))


def _body(summary: Summary) -> dict[str, Any]:
    usage = asdict(summary.usage) | {"total_tokens": summary.usage.total_tokens}
    return asdict(summary) | {"usage": usage}
