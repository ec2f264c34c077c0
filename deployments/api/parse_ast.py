"""POST /parse-ast."""

from typing import Annotated

from fastapi import APIRouter, Form, Response, UploadFile

from deployments.api.services import ServicesDep
from deployments.api.uploads import read_bytes

router = APIRouter(tags=["Code"])


@router.post("/parse-ast")
async def parse_ast(file: UploadFile, language: Annotated[str, Form()], services: ServicesDep) -> Response:
    """The structure of a source file: imports, functions, classes and what they depend on."""
    outline = await services.parser.parse(await read_bytes(file, services.config.http), language)
    return Response(outline, media_type="application/json")
