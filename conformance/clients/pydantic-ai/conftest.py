"""The model as pydantic-ai's users make it."""

import pytest
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider


@pytest.fixture
def provider(base_url, api_key):
    return OpenAIProvider(base_url=base_url, api_key=api_key)


@pytest.fixture
def llm(model, provider):
    return OpenAIChatModel(model, provider=provider, settings={"temperature": 0, "timeout": 60})
