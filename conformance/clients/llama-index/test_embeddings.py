"""LlamaIndex: embeddings, and an index over them."""

import pytest
from llama_index.core import Document, VectorStoreIndex
from llama_index.embeddings.openai_like import OpenAILikeEmbedding


@pytest.fixture
def embed(base_url, api_key, embedding_model):
    """A function from dimensions to a model."""
    return lambda dimensions=None: OpenAILikeEmbedding(
        model_name=embedding_model, api_base=base_url, api_key=api_key, dimensions=dimensions, max_retries=0
    )


@pytest.mark.anyio
@pytest.mark.parametrize("dimensions", [None, 128])
async def test_texts_have_vectors_of_the_asked_length(embed, dimensions):
    """Queries and documents, whether one waits or not."""
    model = embed(dimensions)
    vectors = [*model.get_text_embedding_batch(["a cat", "a kitten"]), await model.aget_query_embedding("a cat")]

    assert [dimensions or 384] * 3 == [len(vector) for vector in vectors]


def test_an_index_finds_what_is_near(embed):
    """By our vectors."""
    documents = [Document(text="a cat on a mat"), Document(text="interest rates rose")]
    index = VectorStoreIndex.from_documents(documents, embed_model=embed())

    assert "a cat on a mat" == index.as_retriever(similarity_top_k=1).retrieve("a kitten on a rug")[0].text
