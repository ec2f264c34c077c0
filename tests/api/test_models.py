"""What is served, by which names."""

import openai
import pytest

from tests.api.ask import HELLO, MODEL

EMBEDDING = "all-MiniLM-L6-v2"


async def test_models_are_listed_and_described(sdk):
    """Each with its kind, alone as in the list."""
    models = {model.id: model async for model in sdk.models.list()}

    assert {EMBEDDING: "embedding", MODEL: "chat"} == {name: model.kind for name, model in models.items()}
    assert (256, 1024) == (models[EMBEDDING].context_length, models[MODEL].context_length)
    for name, model in models.items():
        assert ("model", model) == (model.object, await sdk.models.retrieve(name))


async def test_an_unknown_model_is_404_everywhere(sdk):
    """With the names that are known."""
    with pytest.raises(openai.NotFoundError, match=f"not served here. Known: {EMBEDDING}, {MODEL}"):
        await sdk.models.retrieve("gpt-9")
    with pytest.raises(openai.NotFoundError, match=f"Known: {MODEL}") as error:
        await sdk.chat.completions.create(model="gpt-9", messages=HELLO)
    assert ("model_not_found", "model") == (error.value.code, error.value.param)
    with pytest.raises(openai.NotFoundError, match=f"Known: {MODEL}"):
        await sdk.completions.create(model=EMBEDDING, prompt="Hello")
    with pytest.raises(openai.NotFoundError, match=f"Known: {EMBEDDING}"):
        await sdk.embeddings.create(model=MODEL, input="Hello")
