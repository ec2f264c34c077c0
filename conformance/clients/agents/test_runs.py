"""The Agents SDK: runs, whole and streamed, their usage and reasoning, and conversations over several turns."""

import asyncio
import time

import pytest
from agents import Agent, ModelSettings, Runner, SQLiteSession
from openai.types.shared import Reasoning

pytestmark = pytest.mark.anyio

QUESTION = "What is 2 + 2?"
GREEDY = ModelSettings(temperature=0, include_usage=True)


@pytest.fixture
def agent(llm):
    return Agent("Calculator", instructions="You are a calculator.", model=llm, model_settings=GREEDY)


async def test_a_run_has_an_answer_and_its_usage(agent):
    """Reasoning and cached tokens are told apart."""
    result = await Runner.run(agent, QUESTION)
    usage = result.context_wrapper.usage

    assert result.final_output
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens
    assert 0 < usage.output_tokens_details.reasoning_tokens < usage.output_tokens


async def test_a_stream_says_the_same(agent):
    """With the same usage."""
    whole, streamed = await Runner.run(agent, QUESTION), Runner.run_streamed(agent, QUESTION)
    kinds, text = [], ""
    async for event in streamed.stream_events():
        if event.type == "raw_response_event":
            kinds.append(event.data.type)
            text += event.data.delta if event.data.type == "response.output_text.delta" else ""

    assert whole.final_output == streamed.final_output == text
    assert ("response.created", "response.completed") == (kinds[0], kinds[-1])
    assert whole.context_wrapper.usage.output_tokens == streamed.context_wrapper.usage.output_tokens


async def test_reasoning_is_an_item_of_its_own(agent, api):
    """In chat, where the request asks to see it; the next turn takes it back."""
    shown = {"include_thinking": True} if api == "chat completions" else None
    settings = ModelSettings(temperature=0, reasoning=Reasoning(effort="low"), extra_body=shown)
    agent = agent.clone(model_settings=settings)
    result = await Runner.run(agent, QUESTION)
    again = await Runner.run(agent, [*result.to_input_list(), {"role": "user", "content": "Thank you."}])

    assert ["reasoning_item", "message_output_item"] == [item.type for item in result.new_items]
    assert again.final_output


async def test_a_session_carries_the_conversation(agent):
    """Kept by the SDK, and sent whole each time."""
    session = SQLiteSession("ada")
    first = await Runner.run(agent, "My name is Ada.", session=session)
    second = await Runner.run(agent, "What is my name?", session=session)

    assert second.final_output
    assert second.context_wrapper.usage.input_tokens > first.context_wrapper.usage.input_tokens


async def test_what_may_be_asked_of_a_model_is_understood(agent):
    """Sampling, penalties, log probabilities, and what only we know."""
    settings = ModelSettings(
        temperature=1.5, top_p=0.9, presence_penalty=0.5, frequency_penalty=0.5, max_tokens=200, top_logprobs=2,
        metadata={"who": "ada"}, extra_body={"min_p": 0.05, "seed": 7}, store=False,
    )  # fmt: skip
    first, again = [await Runner.run(agent.clone(model_settings=settings), QUESTION) for _ in range(2)]

    assert first.final_output == again.final_output


async def test_who_leaves_frees_their_place(agent, in_form, long_answer):
    """Four long answers take all places; a fifth need not wait for their ends."""
    agent = agent.clone(model_settings=ModelSettings(extra_body=in_form(long_answer)))
    streams = [Runner.run_streamed(agent, QUESTION) for _ in range(4)]
    await asyncio.gather(*map(leave, streams))
    begun = time.monotonic()
    await Runner.run(agent.clone(model_settings=GREEDY), QUESTION)

    assert time.monotonic() - begun < 5


async def leave(streamed) -> None:
    async for event in streamed.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            streamed.cancel()
