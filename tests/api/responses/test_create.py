"""POST /v1/responses: an answer as items, with or without those that came before."""

import json

import openai
import pydantic
import pytest

from tests.api.ask import greedy
from tests.api.responses.ask import HELLO, respond, said_by


async def test_an_answer_is_reasoning_and_a_message(sdk):
    """As chat would have answered it, and counted alike."""
    response = await respond(sdk)
    chat = await greedy(sdk, extra_body={"include_thinking": True})
    reasoning, message = response.output

    assert ("completed", "pocket-chat", None) == (response.status, response.model, response.error)
    assert chat.choices[0].message.content == response.output_text == message.content[0].text
    assert [chat.choices[0].message.thinking] == [part.text for part in reasoning.content]
    assert ("reasoning", "message") == (reasoning.type, message.type)
    assert (chat.usage.prompt_tokens, chat.usage.completion_tokens, chat.usage.total_tokens) == (
        response.usage.input_tokens,
        response.usage.output_tokens,
        response.usage.total_tokens,
    )
    assert (
        chat.usage.completion_tokens_details.reasoning_tokens == response.usage.output_tokens_details.reasoning_tokens
    )


async def test_what_was_asked_for_is_told_again(sdk):
    """And what was left open is as it was done."""
    asked = {"instructions": "Be brief.", "metadata": {"a": "b"}, "max_output_tokens": 300, "top_p": 0.5, "user": "ada"}
    response = await respond(sdk, **asked)
    told = response.model_dump()

    assert asked == {name: told[name] for name in asked}
    assert (0, 0, "disabled", False) == (
        response.temperature,
        response.top_logprobs,
        response.truncation,
        response.background,
    )
    assert ("auto", [], True) == (response.tool_choice, response.tools, response.parallel_tool_calls)
    assert ("medium", None) == (response.reasoning.effort, response.reasoning.summary)
    assert {"type": "text"} == response.text.format.model_dump(exclude_none=True)


async def test_all_forms_of_an_input_are_read_alike(sdk):
    """A string, a message, a message in parts."""
    forms = [
        HELLO,
        [{"role": "user", "content": HELLO}],
        [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": HELLO}]}],
    ]
    responses = [await respond(sdk, form) for form in forms]

    assert said_by(responses[0]) == said_by(responses[1]) == said_by(responses[2])
    assert 1 == len({response.usage.input_tokens for response in responses})


async def test_what_was_answered_may_be_sent_back(sdk):
    """Reasoning items too; the model then reads what it would have read of a stored response."""
    first = await respond(sdk)
    history = [{"role": "user", "content": HELLO}, *(item.to_dict() for item in first.output)]
    stateless = await respond(sdk, [*history, {"role": "user", "content": "Thank you!"}], store=False)
    stored = await respond(sdk, "Thank you!", previous_response_id=first.id)

    assert said_by(stored) == said_by(stateless)
    assert stored.usage.input_tokens == stateless.usage.input_tokens > first.usage.input_tokens


async def test_reasoning_is_summed_up_and_sealed_where_asked_for(sdk):
    """A summary is the reasoning itself; what is sealed is read like what is open."""
    shown = await respond(sdk, reasoning={"summary": "auto"}, include=["reasoning.encrypted_content"])
    reasoning = shown.output[0]
    sealed = {"type": "reasoning", "summary": [], "encrypted_content": reasoning.encrypted_content}
    call = {"type": "function_call", "call_id": "call_1", "name": "get_time", "arguments": "{}"}
    result = {"type": "function_call_output", "call_id": "call_1", "output": "noon"}
    opened = {
        "type": "reasoning",
        "summary": [],
        "content": [{"type": "reasoning_text", "text": reasoning.content[0].text}],
    }
    question = {"role": "user", "content": HELLO}

    assert reasoning.summary[0].text == reasoning.content[0].text
    read = [await respond(sdk, [question, thought, call, result]) for thought in (sealed, opened)]
    assert said_by(read[0]) == said_by(read[1])
    assert read[0].usage.input_tokens == read[1].usage.input_tokens


async def test_instructions_are_this_response_s_alone(sdk):
    """They come before all that was said, and do not go on with it."""
    told = await respond(sdk, instructions="You are a pirate, and a very polite one.")
    plain = await respond(sdk)
    after_told = await respond(sdk, "Thank you!", previous_response_id=told.id)

    assert told.usage.input_tokens > plain.usage.input_tokens
    assert after_told.instructions is None
    assert "pirate" not in json.dumps([item.to_dict() async for item in sdk.responses.input_items.list(told.id)])


async def test_an_answer_that_was_cut_is_incomplete(sdk):
    """And says why. What was written is there."""
    response = await respond(sdk, max_output_tokens=6)

    assert ("incomplete", "max_output_tokens") == (response.status, response.incomplete_details.reason)
    assert "incomplete" == response.output[-1].status
    assert 6 == response.usage.output_tokens


async def test_an_answer_follows_its_schema(sdk):
    """Through the client's own way of saying it."""

    class Animal(pydantic.BaseModel):
        name: str = pydantic.Field(max_length=10)
        legs: int = pydantic.Field(ge=0, le=100)

    parsed = await sdk.responses.parse(input="Describe a cat.", model="pocket-chat", temperature=0, text_format=Animal)
    free = await respond(sdk, "Describe a cat as JSON.", text={"format": {"type": "json_object"}})

    assert isinstance(parsed.output_parsed, Animal)
    assert isinstance(json.loads(free.output_text), dict)


async def test_how_likely_the_tokens_were_is_told_where_asked_for(sdk):
    """Of the message, as chat tells it."""
    response = await respond(sdk, include=["message.output_text.logprobs"], top_logprobs=2)
    chat = await greedy(sdk, logprobs=True, top_logprobs=2)
    told = response.output[-1].content[0].logprobs

    assert [item.token for item in chat.choices[0].logprobs.content] == [item.token for item in told]
    assert all(len(item.top_logprobs) <= 2 for item in told)
    assert [] == (await respond(sdk)).output[-1].content[0].logprobs


async def test_what_a_prompt_shares_with_one_before_is_cached(sdk):
    """And both parts of it are counted."""
    await respond(sdk, "Tell me of the sea, please.")
    details = (await respond(sdk, "Tell me of the sea, please.")).usage

    assert details.input_tokens_details.cached_tokens > 0
    assert details.input_tokens == (
        details.input_tokens_details.cached_tokens + details.input_tokens_details.cache_write_tokens
    )


async def test_input_tokens_are_those_that_an_answer_would_read(sdk):
    """With instructions and history."""
    first = await respond(sdk)
    asked = {"input": "Thank you!", "previous_response_id": first.id, "instructions": "Be brief."}
    counted = await sdk.responses.input_tokens.count(**asked)
    answered = await sdk.responses.create(model="pocket-chat", **asked)

    assert ("response.input_tokens", answered.usage.input_tokens) == (counted.object, counted.input_tokens)


async def test_a_conversation_that_is_too_long_is_refused_or_truncated(sdk):
    """As was asked. The field is the one of this API."""
    long = [
        {"role": "user", "content": "word " * 500},
        {"role": "assistant", "content": "Yes."},
        {"role": "user", "content": "word " * 500},
        {"role": "assistant", "content": "Yes."},
        {"role": "user", "content": HELLO},
    ]
    with pytest.raises(openai.BadRequestError) as refused:
        await respond(sdk, long)
    answered = await respond(sdk, long, truncation="auto")

    assert ("context_length_exceeded", "input") == (refused.value.code, refused.value.param)
    assert ("completed", "auto") == (answered.status, answered.truncation)
    assert answered.usage.input_tokens < 1024
