"""POST /embed."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request, Response, UploadFile

from deployments.api.limits import admitted
from deployments.api.openapi import answers
from deployments.api.services import OwnerDep, ServicesDep
from deployments.api.uploads import read_text
from deployments.embedding.request import Dimensions as Lengths
from deployments.embedding.request import EmbeddingRequest, EmbeddingResult
from deployments.embedding.vectors import cut

router = APIRouter(tags=["Embeddings"])

Dimensions = Annotated[list[int] | None, Query(description="lengths to cut the vector to; default 128")]
PromptName = Annotated[str, Query(description="what the text is for, in any case: document, query, Clustering, …")]
Title = Annotated[str | None, Query(description="the document's title, for models that have a place for it")]
Truncate = Annotated[bool, Query(description="cut a text that is longer than the model's window")]
Chunk = Annotated[Literal["mean"] | None, Query(description="average the vectors of a long text's windows")]


@router.post("/embed", responses=answers(dict[str, list[float]]))
async def embed(
    file: UploadFile,
    request: Request,
    services: ServicesDep,
    owner: OwnerDep,
    dimensions: Dimensions = None,
    prompt_name: PromptName = "document",
    title: Title = None,
    truncate: Truncate = False,
    chunk: Chunk = None,
) -> Response:
    """A file's vector, in each of the asked dimensions."""
    text = await read_text(file, services.config.http, "embedded")
    lengths: Lengths = tuple(dimensions or ()) or "usual"
    asked = EmbeddingRequest((text,), prompt_name, title, truncate, chunk, lengths, owner)
    async with admitted(request, services.limiter, "embed"):
        result = await services.embedder.embed(asked)
    vectors = {f"embedding_{dimension}d": cut(result.vectors[0], dimension) for dimension in result.dimensions}
    return vectors_response(vectors, result)


def vectors_response(content: Any, result: EmbeddingResult) -> Response:
    """Vectors are written from their arrays, without a detour through Python's floats.

    `Server-Timing` (W3C) tells how many milliseconds the Embedder took, `X-Truncated-Inputs` how many texts were cut.
    """
    headers = {"Server-Timing": f"embedder;dur={result.seconds * 1000:.2f}"}
    if result.truncated:
        headers["X-Truncated-Inputs"] = str(len(result.truncated))
    return Response(orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY), 200, headers, "application/json")
