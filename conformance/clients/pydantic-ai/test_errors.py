"""pydantic-ai: our errors are its users' exceptions."""

import pytest
from pydantic_ai import Agent, ModelHTTPError
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("changes", "settings", "status", "code"),
    [
        ({"key": "wrong"}, {}, 401, "invalid_api_key"),
        ({"model": "gpt-9"}, {}, 404, "model_not_found"),
        ({}, {"temperature": 3}, 400, "invalid_request_error"),
        ({}, {"service_tier": "flex"}, 400, "unsupported_parameter"),
        ({}, {"openai_reasoning_effort": "minimal"}, 400, "invalid_request_error"),
    ],
    ids=["key", "model", "range", "unsupported", "effort"],
)
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
async def test_a_refusal_has_its_status_and_body(base_url, api_key, model, changes, settings, status, code, streamed):
    """Before any byte of a stream."""
    provider = OpenAIProvider(base_url=base_url, api_key=changes.get("key", api_key))
    agent = Agent(OpenAIChatModel(changes.get("model", model), provider=provider), model_settings=settings)
    with pytest.raises(ModelHTTPError) as raised:
        await (stream(agent) if streamed else agent.run("Hello!"))

    assert (status, code) == (raised.value.status_code, raised.value.body["code"])


async def stream(agent) -> None:
    async with agent.run_stream("Hello!") as answer:
        await answer.get_output()
