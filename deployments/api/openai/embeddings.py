"""POST /v1/embeddings."""

import asyncio
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from deployments.api.embed import vectors_response
from deployments.api.limits import admitted
from deployments.api.openai.bodies import Sent, Tokens, bodies_of
from deployments.api.openai.models import require_embedding_model
from deployments.api.openai.objects import Embeddings
from deployments.api.openapi import answers
from deployments.api.services import OwnerDep, ServicesDep
from deployments.embedding.request import Dimensions, EmbeddingRequest, EmbeddingResult
from deployments.embedding.vectors import Vectors, base64_of, cut

router = APIRouter(tags=["Embeddings"])

MOST_INPUTS = 2048
FEW = 16  # vectors that are written sooner than another thread has begun
Text = Annotated[str, Field(min_length=1)]
Many = Field(min_length=1, max_length=MOST_INPUTS, fail_fast=True)
Input = Sent[Text, Annotated[list[Text], Many], Annotated[list[Tokens], Many]]


class EmbeddingsRequest(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    input: Input
    model: str | None = None
    dimensions: int | None = Field(None, ge=1)
    encoding_format: Literal["float", "base64"] | None = None
    user: str | None = None
    prompt_name: str | None = None
    title: str | None = None
    truncate: bool | None = None
    chunk: Literal["mean"] | None = None

    def to_request(self, caller: str) -> EmbeddingRequest:
        dimensions: Dimensions = "full" if self.dimensions is None else (self.dimensions,)
        purpose = "document" if self.prompt_name is None else self.prompt_name
        return EmbeddingRequest(
            bodies_of(self.input), purpose, self.title, bool(self.truncate), self.chunk, dimensions, caller
        )


@router.post("/v1/embeddings", responses=answers(Embeddings))
async def create_embeddings(
    body: EmbeddingsRequest, request: Request, services: ServicesDep, owner: OwnerDep
) -> Response:
    """Vectors of one or many texts, or of token lists."""
    require_embedding_model(services, body.model)
    async with admitted(request, services.limiter, "embed"):
        result = await services.embedder.embed(body.to_request(owner))
    if len(result.vectors) <= FEW:
        return _response(result, body.encoding_format or "float")
    return await asyncio.to_thread(_response, result, body.encoding_format or "float")


def _response(result: EmbeddingResult, encoding: Literal["float", "base64"]) -> Response:
    vectors = cut(result.vectors, result.dimensions[0])
    content: dict[str, Any] = {
        "object": "list",
        "data": [
            {"object": "embedding", "index": i, "embedding": _written(vector, encoding)}
            for i, vector in enumerate(vectors)
        ],
        "model": result.model,
        "usage": {"prompt_tokens": result.prompt_tokens, "total_tokens": result.prompt_tokens},
    }
    return vectors_response(content, result)


def _written(vector: Vectors, encoding: Literal["float", "base64"]) -> orjson.Fragment | str:
    """Each by itself: while orjson writes, no other thread runs."""
    if encoding == "base64":
        return base64_of(vector)
    return orjson.Fragment(orjson.dumps(vector, option=orjson.OPT_SERIALIZE_NUMPY))
