"""The model as LlamaIndex's users make it for a server of their own."""

import pytest
from llama_index.llms.openai_like import OpenAILike


@pytest.fixture
def connect(model, base_url, api_key):
    """A function from what a test changes to a model."""

    def connect(**changes):
        asked = {
            "model": model, "api_base": base_url, "api_key": api_key, "temperature": 0, "max_retries": 0,
            "is_chat_model": True, "is_function_calling_model": True, "context_window": 4096,
        }  # fmt: skip
        return OpenAILike(**asked | changes)

    return connect


@pytest.fixture
def llm(connect):
    return connect()
