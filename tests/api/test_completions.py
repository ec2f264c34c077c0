"""Texts that go on, through the official client."""

import openai
import pytest

from tests.api.ask import MODEL

INVALID, UNSUPPORTED = "invalid_request_error", "unsupported_parameter"


async def go_on(sdk, prompt="One and one is", **more):
    return await sdk.completions.create(model=MODEL, prompt=prompt, **{"temperature": 0, **more})


async def test_no_seed_is_another_one_s_twin(sdk):
    """Also where the largest that the library knows meets the first."""
    hot = {"temperature": 2, "extra_body": {"top_k": 2000}, "max_tokens": 25}
    one, other = (await go_on(sdk, n=2, seed=2**32 - 1, **hot)).choices

    assert one.text != other.text


async def test_a_text_goes_on(sdk):
    """For sixteen tokens, unless it is said otherwise. No dialect has a part in it."""
    answer, longer = await go_on(sdk), await go_on(sdk, max_tokens=20)
    choice, usage = answer.choices[0], answer.usage

    assert ("text_completion", MODEL, 0, None) == (answer.object, answer.model, choice.index, choice.logprobs)
    assert answer.id.startswith("cmpl-")
    assert ("length", 16, 20) == (choice.finish_reason, usage.completion_tokens, longer.usage.completion_tokens)
    assert longer.choices[0].text.startswith(choice.text)
    assert usage.prompt_tokens + 16 == usage.total_tokens


async def test_a_stream_says_the_same(sdk):
    """In chunks of the same object, the last with the reason; usage on demand."""
    whole = await go_on(sdk)
    *chunks, last = [chunk async for chunk in await go_on(sdk, stream=True, stream_options={"include_usage": True})]

    assert whole.choices[0].text == "".join(chunk.choices[0].text for chunk in chunks)
    assert [None] * (len(chunks) - 1) + ["length"] == [chunk.choices[0].finish_reason for chunk in chunks]
    assert ({"text_completion"}, 1) == ({chunk.object for chunk in chunks}, len({chunk.id for chunk in chunks}))
    assert ([], whole.usage.completion_tokens) == (last.choices, last.usage.completion_tokens)


async def test_many_prompts_are_answered_in_their_order(sdk, vocabulary):
    """As texts or as tokens, each with all its choices."""
    texts = ["What is your name", "My name is"]
    tokens = [vocabulary.plain(text) for text in texts]
    alone = [(await go_on(sdk, text)).choices[0].text for text in texts]
    together, of_tokens, of_one = await go_on(sdk, texts, n=2), await go_on(sdk, tokens), await go_on(sdk, tokens[0])

    assert [alone[0]] * 2 + [alone[1]] * 2 == [choice.text for choice in together.choices]
    assert [0, 1, 2, 3] == [choice.index for choice in together.choices]
    assert alone == [choice.text for choice in of_tokens.choices]
    assert alone[0] == of_one.choices[0].text
    assert (sum(map(len, tokens)), 64) == (together.usage.prompt_tokens, together.usage.completion_tokens)


async def test_a_stream_of_many_tells_them_apart(sdk):
    """By their index."""
    whole = await go_on(sdk, ["Hello", "My name is"], echo=True)
    chunks = [chunk async for chunk in await go_on(sdk, ["Hello", "My name is"], echo=True, stream=True)]

    for choice in whole.choices:
        said = [chunk.choices[0].text for chunk in chunks if chunk.choices[0].index == choice.index]
        assert choice.text == "".join(said)


async def test_an_echo_begins_with_the_prompt(sdk, vocabulary):
    """Also with one of tokens, of which control tokens have no text."""
    plain, echoed = await go_on(sdk), await go_on(sdk, echo=True)
    tokens = [vocabulary.control("<|start|>"), *vocabulary.plain("user")]
    spelled = await go_on(sdk, tokens, echo=True)

    assert "One and one is" + plain.choices[0].text == echoed.choices[0].text
    assert plain.usage == echoed.usage.model_copy(update={"prompt_tokens_details": plain.usage.prompt_tokens_details})
    assert spelled.choices[0].text.startswith("user")
    assert "<|" not in spelled.choices[0].text


async def test_logprobs_have_the_shape_of_old(sdk):
    """Four lists of one length; offsets count characters."""
    choice = (await go_on(sdk, logprobs=2)).choices[0]
    told = choice.logprobs
    chunks = [chunk.choices[0] async for chunk in await go_on(sdk, logprobs=2, stream=True)]

    assert 16 >= len(told.tokens) == len(told.token_logprobs) == len(told.top_logprobs) == len(told.text_offset)
    assert choice.text == "".join(told.tokens)
    for token, logprob, top, offset in zip(
        told.tokens, told.token_logprobs, told.top_logprobs, told.text_offset, strict=True
    ):
        assert choice.text[offset:].startswith(token)
        assert top[token] == logprob == max(top.values()) <= 0
        assert len(top) <= 2
    assert told.text_offset == [offset for chunk in chunks if chunk.logprobs for offset in chunk.logprobs.text_offset]
    assert {1} >= {len(top) for top in (await go_on(sdk, logprobs=0)).choices[0].logprobs.top_logprobs}


async def test_half_a_character_is_told_by_its_bytes(sdk, vocabulary):
    """As OpenAI does."""
    first, *_ = vocabulary.plain("€")
    assert len(vocabulary.pieces[first]) < 3
    choice = (await go_on(sdk, logit_bias={str(first): 100}, logprobs=1, max_tokens=1)).choices[0]

    assert ("\ufffd", [0]) == (choice.text, choice.logprobs.text_offset)
    assert ["bytes:" + "".join(f"\\x{byte:02x}" for byte in vocabulary.pieces[first])] == choice.logprobs.tokens


async def test_sampling_does_what_it_says(sdk, vocabulary):
    """Biases forbid and force, penalties keep from repeating, a seed repeats, a stop ends."""
    usual = (await go_on(sdk, logprobs=0)).choices[0]
    (first,) = (token for token in vocabulary.plain(usual.logprobs.tokens[0]))
    forbidden = await go_on(sdk, logit_bias={str(first): -100}, logprobs=0)
    eager = {"logit_bias": {str(first): 40}, "max_tokens": 60, "logprobs": 0}
    stubborn, curious = [
        (await go_on(sdk, **eager, frequency_penalty=penalty)).choices[0].logprobs.tokens for penalty in (0, 2)
    ]
    hot = (await go_on(sdk, temperature=2, seed=3, n=3)).choices
    again = (await go_on(sdk, temperature=2, seed=5)).choices[0]
    stopped = (await go_on(sdk, stop=usual.text[3:6])).choices[0]

    assert forbidden.choices[0].logprobs.tokens[0] != usual.logprobs.tokens[0]
    assert 1 == len(set(stubborn)) < len(set(curious))
    assert 3 == len({choice.text for choice in hot})
    assert again.text == hot[2].text
    assert (usual.text[: usual.text.index(usual.text[3:6])], "stop") == (stopped.text, stopped.finish_reason)


@pytest.mark.parametrize(
    ("asked", "param", "code"),
    [
        ({"suffix": "and so on"}, "suffix", UNSUPPORTED),
        ({"best_of": 3}, "best_of", UNSUPPORTED),
        ({"echo": True, "logprobs": 1}, "logprobs", UNSUPPORTED),
        ({"logprobs": 6}, "logprobs", INVALID),
        ({"max_tokens": 0}, "max_tokens", INVALID),
        ({"n": 9}, "n", INVALID),
        ({"prompt": []}, "prompt", INVALID),
        ({"prompt": [[]]}, "prompt", INVALID),
        ({"prompt": ""}, "prompt", INVALID),
        ({"prompt": [10**6]}, "prompt", INVALID),
        ({"prompt": [-1]}, "prompt", INVALID),
        ({"prompt": [[False]]}, "prompt", INVALID),
        ({"prompt": ["a"] * 67}, "prompt", INVALID),
        ({"prompt": "word " * 3000}, "prompt", "context_length_exceeded"),
        ({"logit_bias": {"999999": 1}}, "logit_bias", INVALID),
        ({"extra_body": {"tools": []}}, "tools", INVALID),
    ],
    ids=lambda value: str(value)[:30],
)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
async def test_nothing_is_ignored_in_silence(sdk, asked, param, code, stream):
    """400 before any byte."""
    with pytest.raises(openai.BadRequestError) as error:
        await go_on(sdk, **asked, stream=stream)

    assert code == error.value.code
    assert error.value.param.startswith(param)


async def test_values_that_ask_for_nothing_are_fine(sdk):
    """Clients send them by habit."""
    assert (await go_on(sdk)).choices == (await go_on(sdk, best_of=1, n=1, suffix="", echo=False, user="me")).choices


async def test_it_counts_as_a_chat(client):
    """One limit for both."""
    one = await client.post("/v1/completions", json={"prompt": "a", "max_tokens": 1})
    other = await client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "a"}], "n": 0})

    assert ("999", "999") == tuple(answer.headers["X-RateLimit-Remaining"] for answer in (one, other))
