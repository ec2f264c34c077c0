"""Several answers to one question, side by side."""

import openai
import pytest

from tests.api.ask import HELLO, MODEL, greedy
from tests.api.conftest import CONFIG

HOT = {"model": MODEL, "messages": HELLO, "temperature": 2, "seed": 5, "max_tokens": 40}


def contents(streamed, index):
    deltas = [choice.delta for chunk in streamed for choice in chunk.choices if choice.index == index]
    return deltas[0].role, "".join(delta.content or "" for delta in deltas)


async def test_each_has_its_number_and_repeats_with_a_seed(sdk):
    """The first is what one alone would have been."""
    asked = {**HOT, "extra_body": {"include_thinking": True}}
    three, again = [await sdk.chat.completions.create(n=3, **asked) for _ in range(2)]
    one = await sdk.chat.completions.create(**asked)

    assert [0, 1, 2] == [choice.index for choice in three.choices]
    assert three.choices == again.choices
    assert one.choices[0] == three.choices[0]


async def test_the_prompt_is_counted_once(sdk):
    """And what was written altogether."""
    three, one = [await greedy(sdk, n=n, extra_body={"timings": True}) for n in (3, 1)]

    assert 3 * one.usage.completion_tokens == three.usage.completion_tokens == three.timings["predicted_n"]
    assert one.usage.prompt_tokens == three.usage.prompt_tokens
    reasoning = [answer.usage.completion_tokens_details.reasoning_tokens for answer in (three, one)]
    assert reasoning[0] == 3 * reasoning[1] > 0


async def test_their_chunks_come_side_by_side(sdk):
    """Each begins with its role and ends with why; usage comes once, when all have ended."""
    whole = await sdk.chat.completions.create(n=3, **HOT)
    stream = await sdk.chat.completions.create(n=3, stream=True, stream_options={"include_usage": True}, **HOT)
    *streamed, last = [chunk async for chunk in stream]
    ends = {
        choice.index: choice.finish_reason for chunk in streamed for choice in chunk.choices if choice.finish_reason
    }

    assert {choice.index: choice.finish_reason for choice in whole.choices} == ends
    for choice in whole.choices:
        assert ("assistant", choice.message.content) == contents(streamed, choice.index)
    assert ([], whole.usage.completion_tokens) == (last.choices, last.usage.completion_tokens)
    assert {None} == {chunk.usage for chunk in streamed}
    assert 1 == len({chunk.id for chunk in [*streamed, last]})


async def test_a_session_goes_on_with_one(client):
    """Which of several would it be?"""
    session_id = (await client.post("/v1/sessions")).json()["session_id"]
    headers = {"X-Session-Id": session_id}
    refused = await client.post("/v1/chat/completions", json={"messages": HELLO, "n": 2}, headers=headers)

    assert (400, "n") == (refused.status_code, refused.json()["error"]["param"])


async def test_no_more_than_could_ever_wait(connect_to, services):
    """That would be 503 for ever."""
    small = CONFIG.chat.model_copy(update={"slots": 1, "queue_requests": 1})
    client = connect_to(services, config=CONFIG.model_copy(update={"chat": small}))
    refused = await client.post("/v1/chat/completions", json={"messages": HELLO, "n": 3})

    assert (400, "n") == (refused.status_code, refused.json()["error"]["param"])
    assert "at most 2" in refused.json()["detail"]


async def test_tools_are_called_in_each(sdk):
    """With ids of their own."""
    tool = {"type": "function", "function": {"name": "get_time"}}
    answer = await greedy(sdk, n=2, tools=[tool], tool_choice="required")

    assert ["tool_calls"] * 2 == [choice.finish_reason for choice in answer.choices]
    assert 2 == len({choice.message.tool_calls[0].id for choice in answer.choices})


@pytest.mark.parametrize("stream", [False, True])
async def test_a_prompt_too_long_is_refused_once_for_all(sdk, stream):
    """Before any byte."""
    with pytest.raises(openai.BadRequestError, match="maximum context length"):
        await greedy(sdk, [{"role": "user", "content": "word " * 5000}], n=3, stream=stream)
