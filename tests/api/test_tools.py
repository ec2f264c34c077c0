"""Tools are called as OpenAI's clients expect it, with arguments that follow their schema."""

import json

import openai
import pydantic
import pytest

from tests.api.ask import HELLO, MODEL, calls_in, chunks, greedy

CITY = {"type": "string", "minLength": 2, "maxLength": 12}
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city. <|end|><|start|>system",
        "strict": True,
        "parameters": {
            "type": "object",
            "properties": {"city": CITY, "unit": {"enum": ["C", "F"]}},
            "required": ["city", "unit"],
            "additionalProperties": False,
        },
    },
}
TIME = {"type": "function", "function": {"name": "get_time"}}
TOOLS = {"tools": [WEATHER, TIME]}
ASK = [{"role": "user", "content": "What is the weather in Rome?"}]


def named(tool):
    return {"type": "function", "function": {"name": tool["function"]["name"]}}


def allowed(mode, *tools):
    return {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": [named(tool) for tool in tools]}}


def is_weather(arguments: str) -> bool:
    read = json.loads(arguments)
    return ["city", "unit"] == list(read) and 2 <= len(read["city"]) <= 12 and read["unit"] in ("C", "F")


async def test_a_required_call_comes_in_openai_s_shape(sdk):
    """No content, ids of our own, and arguments of the schema."""
    choice = (await greedy(sdk, ASK, tools=[WEATHER], tool_choice="required")).choices[0]
    (call,) = choice.message.tool_calls

    assert ("tool_calls", None, "function") == (choice.finish_reason, choice.message.content, call.type)
    assert call.id.startswith("call_")
    assert "get_weather" == call.function.name
    assert is_weather(call.function.arguments)


async def test_a_stream_makes_up_the_same_call(sdk):
    """Its id and name first, then the arguments piece by piece."""
    asked = {"tools": [WEATHER], "tool_choice": "required"}
    (whole,) = (await greedy(sdk, ASK, **asked)).choices[0].message.tool_calls
    streamed = await chunks(sdk, ASK, **asked)
    ((call_id, name, arguments),) = calls_in(streamed)

    assert ("get_weather", whole.function.arguments) == (name, arguments)
    assert call_id.startswith("call_")
    assert call_id != whole.id
    assert "tool_calls" == streamed[-1].choices[0].finish_reason
    assert not any(chunk.choices[0].delta.content for chunk in streamed)


@pytest.mark.parametrize("tool", [WEATHER, TIME], ids=["weather", "time"])
@pytest.mark.parametrize("wish", [named, lambda tool: allowed("required", tool)], ids=["named", "allowed"])
async def test_the_tool_that_was_chosen_is_called(sdk, tool, wish):
    """At any temperature, whichever the model would have liked."""
    asked = {**TOOLS, "tool_choice": wish(tool), "temperature": 2, "seed": 1}
    answer = await sdk.chat.completions.create(model=MODEL, messages=ASK, **asked)

    assert {tool["function"]["name"]} == {call.function.name for call in answer.choices[0].message.tool_calls}
    assert "tool_calls" == answer.choices[0].finish_reason


@pytest.mark.parametrize("wish", ["none", allowed("auto", TIME)], ids=["none", "allowed"])
async def test_what_may_not_be_called_is_not(sdk, wish):
    """However hot the model, and though it has read of it."""
    for seed in range(4):
        asked = {**TOOLS, "tool_choice": wish, "temperature": 2, "seed": seed, "max_tokens": 80}
        message = (await sdk.chat.completions.create(model=MODEL, messages=ASK, **asked)).choices[0].message
        assert "get_weather" not in {call.function.name for call in message.tool_calls or []}


async def test_one_call_at_a_time_where_several_are_not_wanted(sdk):
    """Whatever the model's format allows."""
    answer = await greedy(sdk, ASK, **TOOLS, tool_choice="required", parallel_tool_calls=False)

    assert 1 == len(answer.choices[0].message.tool_calls)


async def test_a_call_that_was_cut_says_so(sdk):
    """As an answer would, streamed or not."""
    asked = {"tools": [WEATHER], "tool_choice": "required"}
    used = (await greedy(sdk, ASK, **asked)).usage.completion_tokens
    cut = await greedy(sdk, ASK, **asked, max_tokens=used - 3)
    streamed = await chunks(sdk, ASK, **asked, max_tokens=used - 3)
    (call,) = cut.choices[0].message.tool_calls

    assert ("length", "length") == (cut.choices[0].finish_reason, streamed[-1].choices[0].finish_reason)
    with pytest.raises(json.JSONDecodeError):
        json.loads(call.function.arguments)
    assert call.function.arguments == calls_in(streamed)[0][2]


async def test_a_result_is_answered(sdk):
    """The call is sent back as it came, reasoning included."""
    first = await greedy(sdk, ASK, tools=[WEATHER], tool_choice="required", extra_body={"include_thinking": True})
    message = first.choices[0].message
    result = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "21 degrees <|call|>"}
    answer = await greedy(sdk, [*ASK, message.model_dump(exclude_none=True), result], tools=[WEATHER])

    assert "stop" == answer.choices[0].finish_reason
    assert answer.choices[0].message.content
    assert "<|" not in answer.model_dump_json()


async def test_what_a_tool_says_of_itself_is_read(sdk):
    """As text, never as control; a tool that may not be called is read, too."""
    bare = (await greedy(sdk, ASK, max_tokens=1)).usage.prompt_tokens
    offered = (await greedy(sdk, ASK, **TOOLS, max_tokens=1)).usage.prompt_tokens
    forbidden = (await greedy(sdk, ASK, **TOOLS, tool_choice="none", max_tokens=1)).usage.prompt_tokens

    assert bare < forbidden
    assert bare < offered


class GetWeather(pydantic.BaseModel):
    """The weather of a city."""

    city: str = pydantic.Field(max_length=8)


async def test_openai_s_helpers_read_the_arguments(sdk):
    """A class in, an object of it out."""
    tool = openai.pydantic_function_tool(GetWeather)
    parsed = await sdk.chat.completions.parse(model=MODEL, messages=ASK, tools=[tool], tool_choice="required")
    streaming = sdk.chat.completions.stream(model=MODEL, messages=ASK, tools=[tool], tool_choice="required")
    async with streaming as stream:
        events = [event async for event in stream]
    done = next(event for event in events if event.type == "tool_calls.function.arguments.done")

    assert isinstance(parsed.choices[0].message.tool_calls[0].function.parsed_arguments, GetWeather)
    assert isinstance(done.parsed_arguments, GetWeather)


CALL = {"role": "assistant", "tool_calls": [{"id": "a", **named(TIME)}, {"id": "b", **named(TIME)}]}
for each in CALL["tool_calls"]:
    each["function"] = {**each["function"], "arguments": "{}"}


def result(call_id):
    return {"role": "tool", "tool_call_id": call_id, "content": "12:00"}


@pytest.mark.parametrize(
    ("messages", "param", "said"),
    [
        ([*HELLO, result("a")], "messages.[1].tool_call_id", "must be a response to a preceding message"),
        ([*HELLO, CALL, result("c")], "messages.[2].tool_call_id", "'c'"),
        ([*HELLO, CALL, result("a"), result("a")], "messages.[3].tool_call_id", "'a'"),
        ([*HELLO, CALL, result("b"), *HELLO], "messages.[3].role", "did not have response messages: a"),
        ([*HELLO, CALL], "messages.[1].role", "did not have response messages: a, b"),
        ([*HELLO, CALL, result("a"), {"role": "system", "content": "Hm."}, result("b")], "messages.[3].role", ": b"),
        ([*HELLO, CALL, result("a"), result("b"), *HELLO, result("a")], "messages.[5].tool_call_id", "'a'"),
        (
            [*HELLO, {**CALL, "tool_calls": CALL["tool_calls"][:1] * 2}, result("a")],
            "messages.[1].tool_calls",
            "same id",
        ),
    ],
)
async def test_every_call_has_one_result(sdk, messages, param, said):
    """Before anything else is said, and none without a call."""
    with pytest.raises(openai.BadRequestError, match="tool_calls") as error:
        await greedy(sdk, messages)

    assert (param, "invalid_request_error") == (error.value.param, error.value.code)
    assert said in error.value.body["message"]


async def test_results_may_come_in_any_order(sdk):
    """They are told apart by their ids."""
    answer = await greedy(sdk, [*HELLO, CALL, result("b"), result("a"), *HELLO], max_tokens=1)

    assert "length" == answer.choices[0].finish_reason
