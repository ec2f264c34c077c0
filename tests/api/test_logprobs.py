"""How likely the model found each token of what users see."""

import math

import pytest

from tests.api.ask import HELLO, MODEL, chunks, greedy


def bytes_of(logprobs) -> bytes:
    return b"".join(bytes(item.bytes) for item in logprobs.content)


async def test_every_token_of_the_content_has_its_own(sdk):
    """In order, beside the likeliest; nothing of the reasoning."""
    answer = await greedy(sdk, logprobs=True, top_logprobs=3, extra_body={"include_thinking": True})
    choice, usage = answer.choices[0], answer.usage
    tokens = choice.logprobs.content

    assert choice.message.content == "".join(item.token for item in tokens)
    assert choice.message.content.encode() == bytes_of(choice.logprobs)
    assert len(tokens) < usage.completion_tokens - usage.completion_tokens_details.reasoning_tokens
    assert choice.logprobs.refusal is None
    for item in tokens:
        assert (item.token, item.logprob) == (item.top_logprobs[0].token, item.top_logprobs[0].logprob)
        assert sorted((top.logprob for top in item.top_logprobs), reverse=True) == [
            top.logprob for top in item.top_logprobs
        ]
        assert len(item.top_logprobs) <= 3
        assert sum(math.exp(top.logprob) for top in item.top_logprobs) < 1.0001


async def test_no_more_of_the_others_than_were_asked_for(sdk):
    """None by default; and nothing at all where nothing was asked for."""
    bare = (await greedy(sdk, logprobs=True)).choices[0].logprobs.content

    assert {0} == {len(item.top_logprobs) for item in bare}
    assert (await greedy(sdk)).choices[0].logprobs is None
    assert {None} == {chunk.choices[0].logprobs for chunk in await chunks(sdk)}


@pytest.mark.parametrize("more", [{}, {"stop": ["e", "a"]}], ids=["", "stop"])
async def test_a_stream_has_them_beside_the_text_they_belong_to(sdk, more):
    """The same ones, also where a text was held back, or cut."""
    whole = (await greedy(sdk, logprobs=True, top_logprobs=2, **more)).choices[0]
    streamed = [chunk.choices[0] for chunk in await chunks(sdk, logprobs=True, top_logprobs=2, **more)]
    told = [item for choice in streamed if choice.logprobs for item in choice.logprobs.content]

    assert [item.token for item in whole.logprobs.content] == [item.token for item in told]
    assert all(choice.delta.content for choice in streamed if choice.logprobs)
    for choice in streamed:
        if choice.logprobs:
            assert bytes_of(choice.logprobs).decode().startswith(choice.delta.content)


async def test_the_model_s_own_opinion_is_told(sdk):
    """Whatever temperature, limits and grammar made of it."""
    calm = (await greedy(sdk, logprobs=True)).choices[0].logprobs.content[0]
    limited = await greedy(sdk, logprobs=True, extra_body={"top_k": 1, "top_p": 0.1}, temperature=2)
    wanted = {"type": "json_schema", "json_schema": {"name": "s", "schema": {"const": "日本 🙂"}}}
    forced = (await greedy(sdk, logprobs=True, response_format=wanted)).choices[0]

    assert math.isclose(calm.logprob, limited.choices[0].logprobs.content[0].logprob, abs_tol=0.01)
    assert '"日本 🙂"' == forced.message.content
    assert forced.message.content.encode() == bytes_of(forced.logprobs)
    assert any("\ufffd" in item.token for item in forced.logprobs.content)
    assert min(item.logprob for item in forced.logprobs.content) < -5


async def test_calls_have_none(sdk):
    """They are not content."""
    tool = {"type": "function", "function": {"name": "get_time"}}
    choice = (await greedy(sdk, logprobs=True, tools=[tool], tool_choice="required")).choices[0]

    assert ("tool_calls", []) == (choice.finish_reason, choice.logprobs.content)


async def test_each_choice_has_its_own(sdk):
    """Of the tokens it chose."""
    answer = await sdk.chat.completions.create(
        model=MODEL, messages=HELLO, n=2, seed=2, temperature=2, logprobs=True, max_tokens=60
    )

    assert [choice.message.content for choice in answer.choices] == [
        bytes_of(choice.logprobs).decode() for choice in answer.choices
    ]
