"""pydantic-ai: runs, whole and streamed, their usage, thinking and history."""

import time
from contextlib import AsyncExitStack

import pytest
from pydantic_ai import Agent
from pydantic_ai.direct import model_request
from pydantic_ai.messages import ModelRequest, TextPart, ThinkingPart

pytestmark = pytest.mark.anyio

QUESTION = "What is 2 + 2?"
SHOWN = {"extra_body": {"include_thinking": True}}


@pytest.fixture
def agent(llm):
    return Agent(llm, system_prompt="You are a calculator.", instructions="Be brief.")


def adds_up(usage) -> bool:
    return usage.total_tokens == usage.input_tokens + usage.output_tokens > usage.output_tokens > 0


async def test_a_run_has_an_answer_and_its_usage(agent):
    """Reasoning tokens are told apart."""
    result = await agent.run(QUESTION)

    assert result.output
    assert "stop" == result.response.finish_reason
    assert adds_up(result.usage)
    assert 0 < result.usage.details["reasoning_tokens"] < result.usage.output_tokens


async def test_a_stream_says_the_same(agent):
    """With the same usage."""
    whole = await agent.run(QUESTION)
    async with agent.run_stream(QUESTION) as streamed:
        texts = [text async for text in streamed.stream_text(delta=True, debounce_by=None)]

    assert whole.output == "".join(texts)
    assert whole.usage.output_tokens == streamed.usage.output_tokens


async def test_a_history_goes_on(agent):
    """With what it thought, under the name by which it came."""
    first = await agent.run("My name is Ada.", model_settings=SHOWN)
    second = await agent.run("What is my name?", message_history=first.all_messages(), model_settings=SHOWN)

    assert second.output
    assert second.usage.input_tokens > first.usage.input_tokens


async def test_thinking_is_a_part_of_its_own(llm):
    """Where the request asks to see it, whole and streamed."""
    asked = [ModelRequest.user_text_prompt(QUESTION)]
    shown, hidden = await model_request(llm, asked, model_settings=SHOWN), await model_request(llm, asked)
    async with Agent(llm).run_stream(QUESTION, model_settings=SHOWN) as streamed:
        await streamed.get_output()

    assert [ThinkingPart, TextPart] == [type(part) for part in shown.parts]
    assert [TextPart] == [type(part) for part in hidden.parts]
    assert shown.parts[0].content == streamed.response.parts[0].content


@pytest.mark.parametrize("effort", ["low", "medium", "high"])
async def test_an_effort_may_be_asked_for(agent, effort):
    """Also by the word that pydantic-ai has for all providers."""
    assert (await agent.run(QUESTION, model_settings={"openai_reasoning_effort": effort})).output
    assert (await agent.run(QUESTION, model_settings={"thinking": effort})).output


async def test_what_may_be_asked_of_a_model_is_understood(agent):
    """Sampling, penalties, a seed, biases, stop strings, log probabilities."""
    settings = {
        "temperature": 1.5, "top_p": 0.9, "seed": 7, "presence_penalty": 0.5, "frequency_penalty": 0.5,
        "logit_bias": {"5": 1}, "stop_sequences": ["\n\n"], "max_tokens": 200, "openai_logprobs": True,
        "openai_top_logprobs": 2, "openai_user": "ada", "parallel_tool_calls": False,
    }  # fmt: skip
    first, again = [await agent.run(QUESTION, model_settings=settings) for _ in range(2)]

    assert first.output == again.output
    assert first.response.provider_details["logprobs"]


async def test_who_leaves_frees_their_place(llm, long_answer):
    """Four long answers take all places; a fifth need not wait for their ends."""
    agent, settings = Agent(llm), {"extra_body": {"response_format": long_answer}}
    async with AsyncExitStack() as stack:
        for _ in range(4):
            streamed = await stack.enter_async_context(agent.run_stream(QUESTION, model_settings=settings))
            stack.push_async_callback(streamed.cancel)
    begun = time.monotonic()
    await agent.run(QUESTION)

    assert time.monotonic() - begun < 5
