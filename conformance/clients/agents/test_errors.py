"""The Agents SDK: our errors are its users' exceptions."""

import openai
import pytest
from agents import Agent, ModelSettings, Runner

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("changes", "settings", "error", "code"),
    [
        ({"key": "wrong"}, {}, openai.AuthenticationError, "invalid_api_key"),
        ({"model": "gpt-9"}, {}, openai.NotFoundError, "model_not_found"),
        ({}, {"temperature": 3}, openai.BadRequestError, "invalid_request_error"),
        ({}, {"verbosity": "high"}, openai.BadRequestError, "unsupported_parameter"),
    ],
    ids=["key", "model", "range", "verbosity"],
)
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
async def test_a_refusal_is_the_sdk_s_own_exception(llm, client, model, changes, settings, error, code, streamed):
    """Before any byte of a stream."""
    asked = client.with_options(api_key=changes.get("key", client.api_key))
    refused = type(llm)(model=changes.get("model", model), openai_client=asked)
    agent = Agent("Refused", model=refused, model_settings=ModelSettings(**settings))
    with pytest.raises(error) as raised:
        await (stream(agent) if streamed else Runner.run(agent, "Hello!"))

    assert code == raised.value.code


async def stream(agent) -> None:
    async for _ in Runner.run_streamed(agent, "Hello!").stream_events():
        pass
