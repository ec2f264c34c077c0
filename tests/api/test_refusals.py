"""What a chat completion cannot be asked is refused with its name, and nothing is ignored in silence."""

import openai
import pytest

from tests.api.ask import HELLO, greedy

INVALID, UNSUPPORTED = "invalid_request_error", "unsupported_parameter"
FUNCTION = {"type": "function", "function": {"name": "f"}}
ALLOWED = {"mode": "auto", "tools": [FUNCTION]}
NOT_A_STRING = {"type": "object", "properties": {"a": {"not": {"type": "string"}}}}


def function(**fields):
    return {"type": "function", "function": {"name": "f", **fields}}


def schema(**fields):
    return {"type": "json_schema", "json_schema": {"name": "s", "schema": {"type": "object"}, **fields}}


def nested(levels):
    return {"items": nested(levels - 1)} if levels > 1 else {}


REFUSED = [
    ({"extra_body": {"temprature": 1}}, "temprature", INVALID),
    ({"extra_body": {"top_p": 2}}, "top_p", INVALID),
    ({"extra_body": {"temperature": "hot"}}, "temperature", INVALID),
    ({"extra_body": {"temperature": "0.5"}}, "temperature", INVALID),
    ({"extra_body": {"n": True}}, "n", INVALID),
    ({"extra_body": {"min_p": -1}}, "min_p", INVALID),
    ({"extra_body": {"top_k": 0}}, "top_k", INVALID),
    ({"extra_body": {"top_k": 2**32 + 1}}, "top_k", INVALID),
    ({"presence_penalty": 3}, "presence_penalty", INVALID),
    ({"max_tokens": 0}, "max_tokens", INVALID),
    ({"max_completion_tokens": 5, "max_tokens": 50}, "max_tokens", INVALID),
    ({"stop": ["a"] * 5}, "stop", INVALID),
    ({"stop": ""}, "stop", INVALID),
    ({"stop": ["a", ""]}, "stop", INVALID),
    ({"logit_bias": {"999999": 1}}, "logit_bias", INVALID),
    ({"logit_bias": {"Hello": 1}}, "logit_bias", INVALID),
    ({"logit_bias": {"5": 101}}, "logit_bias", INVALID),
    ({"n": 0}, "n", INVALID),
    ({"n": 9}, "n", INVALID),
    ({"top_logprobs": 2}, "top_logprobs", INVALID),
    ({"top_logprobs": 21, "logprobs": True}, "top_logprobs", INVALID),
    ({"stream": False, "stream_options": {"include_usage": True}}, "stream_options", INVALID),
    ({"reasoning_effort": "minimal"}, "reasoning_effort", INVALID),
    ({"reasoning_effort": "none"}, "reasoning_effort", INVALID),
    ({"messages": []}, "messages", INVALID),
    ({"messages": [{"role": "wizard", "content": "a"}]}, "messages", INVALID),
    ({"messages": [{"role": "user", "content": "a", "name": "Ann to=all"}]}, "messages.0.name", INVALID),
    ({"tools": [function(name="a b")]}, "tools.0.function.name", INVALID),
    ({"tools": [function(name="a" * 65)]}, "tools.0.function.name", INVALID),
    ({"tools": [function(surprise=1)]}, "tools.0.function.surprise", INVALID),
    ({"tools": [function(strict=1)]}, "tools.0.function.strict", INVALID),
    ({"tools": [{**FUNCTION, "surprise": 1}]}, "tools.0.surprise", INVALID),
    ({"tools": [{"type": "function"}]}, "tools.0.function", INVALID),
    ({"tools": [FUNCTION, FUNCTION]}, "tools", INVALID),
    ({"tools": [FUNCTION] * 129}, "tools", INVALID),
    ({"tools": [function(parameters={"type": "string"})]}, "tools.0.function.parameters", INVALID),
    ({"tools": [function(parameters=NOT_A_STRING)]}, "tools", INVALID),
    ({"tools": [{"type": "custom", "custom": {"name": "f"}}]}, "tools.0.type", UNSUPPORTED),
    ({"tool_choice": "required"}, "tool_choice", INVALID),
    ({"tool_choice": FUNCTION}, "tool_choice", INVALID),
    ({"tools": [FUNCTION], "tool_choice": "perhaps"}, "tool_choice", INVALID),
    ({"tools": [FUNCTION], "tool_choice": function(name="g")}, "tool_choice", INVALID),
    ({"tools": [FUNCTION], "tool_choice": {"type": "function"}}, "tool_choice", INVALID),
    ({"tools": [FUNCTION], "tool_choice": {"type": "custom", "custom": {"name": "f"}}}, "tool_choice", UNSUPPORTED),
    ({"tools": [FUNCTION], "tool_choice": FUNCTION | {"surprise": True}}, "tool_choice.surprise", INVALID),
    ({"tools": [FUNCTION], "tool_choice": FUNCTION | {"allowed_tools": ALLOWED}}, "tool_choice.allowed_tools", INVALID),
    ({"response_format": {"type": "yaml"}}, "response_format", INVALID),
    ({"response_format": {"type": "json_schema"}}, "response_format", INVALID),
    ({"response_format": {**schema(), "type": "text"}}, "response_format", INVALID),
    ({"response_format": schema(name="a b")}, "response_format.json_schema.name", INVALID),
    ({"response_format": schema(surprise=1)}, "response_format.json_schema.surprise", INVALID),
    ({"response_format": schema(schema=NOT_A_STRING)}, "response_format", INVALID),
    ({"tools": [function(parameters={"properties": nested(100)})]}, "tools.0.function.parameters", INVALID),
    ({"response_format": schema(schema=nested(101))}, "response_format.json_schema.schema", INVALID),
    ({"functions": [{"name": "f"}]}, "functions", UNSUPPORTED),
    ({"modalities": ["text", "audio"]}, "modalities", UNSUPPORTED),
    ({"prediction": {"type": "content", "content": "a"}}, "prediction", UNSUPPORTED),
    ({"store": True}, "store", UNSUPPORTED),
    ({"extra_body": {"store": 0}}, "store", UNSUPPORTED),
    ({"service_tier": "flex"}, "service_tier", UNSUPPORTED),
    ({"verbosity": "low"}, "verbosity", UNSUPPORTED),
    ({"web_search_options": {}}, "web_search_options", UNSUPPORTED),
]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize(("asked", "param", "code"), REFUSED, ids=lambda value: str(value)[:40])
async def test_nothing_is_ignored_in_silence(sdk, asked, param, code, stream):
    """400 before any byte, with the parameter's name and what is wrong with it."""
    with pytest.raises(openai.BadRequestError) as error:
        await greedy(sdk, **{"messages": HELLO, "max_tokens": 2, "stream": stream, **asked})

    assert (code, "invalid_request_error") == (error.value.code, error.value.type)
    assert error.value.param.startswith(param)
    assert error.value.body["message"]


async def test_an_effort_that_we_do_not_have_is_answered_with_those_we_have(sdk):
    """In words."""
    with pytest.raises(openai.BadRequestError, match="'low', 'medium' or 'high'"):
        await greedy(sdk, reasoning_effort="xhigh")


async def test_of_many_unknown_tokens_some_are_named(sdk):
    """And how many more there are."""
    with pytest.raises(openai.BadRequestError, match=r"999999, 1000000, .* and 490 more; the model has 0 to"):
        await greedy(sdk, logit_bias={str(999_999 + i): 1 for i in range(500)})


async def test_a_schema_may_be_as_deep_as_anybody_writes_one(sdk):
    """It is what is nested for its own sake that is refused."""
    asked = {"tools": [function(parameters={"properties": {"a": nested(98)}})], "max_tokens": 2}

    assert (await greedy(sdk, tool_choice="required", **asked)).choices


@pytest.mark.parametrize(
    "part", [{"type": "image_url", "image_url": {"url": "data:"}}, {"type": "input_audio"}, {"type": {}}, {}, 7]
)
async def test_what_is_not_text_is_refused(sdk, part):
    """Pictures and sounds cannot be read."""
    with pytest.raises(openai.BadRequestError, match="only text"):
        await greedy(sdk, [{"role": "user", "content": [part]}])


@pytest.mark.parametrize("part", [{"type": "text"}, {"type": "text", "text": 7}, {"type": "refusal", "text": "No."}])
async def test_a_part_without_its_text_is_refused(sdk, part):
    """Rather than read as nothing."""
    with pytest.raises(openai.BadRequestError, match="a string"):
        await greedy(sdk, [{"role": "user", "content": [part]}])


async def test_a_refused_request_costs_nothing(client):
    """Wherever it was refused: by its types, by what they cannot say, or by the model."""
    for asked in ({"n": 0}, {"top_logprobs": 2}, {"response_format": schema(schema=NOT_A_STRING)}):
        refused = await client.post("/v1/chat/completions", json={"messages": HELLO, **asked})
        assert (400, "1000") == (refused.status_code, refused.headers["X-RateLimit-Remaining"])
