"""The model as LangChain's users make it."""

import pytest
from langchain_openai import ChatOpenAI


@pytest.fixture(scope="session")
def llm(base_url, api_key, model):
    return ChatOpenAI(model=model, base_url=base_url, api_key=api_key, temperature=0, max_retries=0, timeout=60)
