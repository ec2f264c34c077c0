"""langchain-openai: embeddings."""

import pytest
from langchain_openai import OpenAIEmbeddings

TEXTS = ["a cat on a mat", "a kitten on a rug", "interest rates rose"]


@pytest.fixture(params=[None, 128], ids=["full", "128"])
def embeddings(request, base_url, api_key, embedding_model):
    """Texts are sent as they are: with its default, LangChain would send OpenAI's tokens of them."""
    return OpenAIEmbeddings(
        model=embedding_model,
        base_url=base_url,
        api_key=api_key,
        dimensions=request.param,
        check_embedding_ctx_length=False,
    )


def test_texts_have_vectors_of_the_asked_length(embeddings):
    """Of length 1, close to each other where the texts are."""
    cat, kitten, rates = embeddings.embed_documents(TEXTS)

    assert {embeddings.dimensions or 384} == {len(vector) for vector in (cat, kitten, rates)}
    assert dot(cat, cat) == pytest.approx(1, abs=1e-4)
    assert dot(cat, kitten) > dot(cat, rates)


@pytest.mark.anyio
async def test_a_query_has_one_too(embeddings):
    assert embeddings.embed_query(TEXTS[0]) == pytest.approx(await embeddings.aembed_query(TEXTS[0]), abs=1e-5)


def dot(one, other) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
