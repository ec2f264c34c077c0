"""pydantic-ai: embeddings."""

import pytest
from pydantic_ai import Embedder
from pydantic_ai.embeddings.openai import OpenAIEmbeddingModel

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("dimensions", [None, 128])
async def test_texts_have_vectors_of_the_asked_length(provider, embedding_model, dimensions):
    """And usage."""
    embedder = Embedder(OpenAIEmbeddingModel(embedding_model, provider=provider))
    settings = {"dimensions": dimensions} if dimensions else None
    documents = await embedder.embed_documents(["a cat", "a kitten"], settings=settings)
    query = await embedder.embed_query("a cat", settings=settings)

    assert [dimensions or 384] * 3 == [len(vector) for vector in (*documents.embeddings, *query.embeddings)]
    assert documents.usage.input_tokens > query.usage.input_tokens > 0
