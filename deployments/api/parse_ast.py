"""POST /parse-ast."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Response, UploadFile

from deployments.api.openapi import answers
from deployments.api.services import ServicesDep
from deployments.api.uploads import read_bytes
from deployments.parsing.languages import LANGUAGES

Language = Annotated[str, Form(description=f"one of {', '.join(LANGUAGES)}")]

router = APIRouter(tags=["Code"])


@router.post("/parse-ast", responses=answers(dict[str, Any]))
async def parse_ast(file: UploadFile, language: Language, services: ServicesDep) -> Response:
    """The structure of a source file: imports, functions, classes and what they depend on."""
    outline = await services.parser.parse(await read_bytes(file, services.config.http), language)
    return Response(outline, media_type="application/json")
