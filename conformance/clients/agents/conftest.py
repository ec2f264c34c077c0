"""The model as users of the Agents SDK make it for a server of their own, once for each API that it may speak."""

import pytest
from agents import OpenAIChatCompletionsModel, OpenAIResponsesModel, set_tracing_disabled
from openai import AsyncOpenAI

APIS = {"chat completions": OpenAIChatCompletionsModel, "responses": OpenAIResponsesModel}

set_tracing_disabled(True)  # traces would go to OpenAI


@pytest.fixture
async def client(base_url, api_key):
    async with AsyncOpenAI(base_url=base_url, api_key=api_key, max_retries=0, timeout=60) as client:
        yield client


@pytest.fixture(params=APIS)
def api(request):
    return request.param


@pytest.fixture
def llm(api, model, client):
    return APIS[api](model=model, openai_client=client)


@pytest.fixture
def in_form(api):
    """A response format, as each API is told it."""

    def body(response_format):
        if api == "responses":
            return {"text": {"format": {"type": "json_schema", **response_format["json_schema"]}}}
        return {"response_format": response_format}

    return body
