"""Tools in responses: offered flat, called as items, answered by items."""

import json

import openai
import pytest

from tests.api.responses.ask import ASK, TIME, WEATHER, respond

NAMED = {"type": "function", "name": "get_weather"}


def allowed(mode, *names):
    return {"type": "allowed_tools", "mode": mode, "tools": [{"type": "function", "name": name} for name in names]}


def calls(response):
    return [item for item in response.output if item.type == "function_call"]


async def answered(sdk, response, *outputs, **more):
    """The next response, which is given what the calls of the first came to."""
    results = [
        {"type": "function_call_output", "call_id": call.call_id, "output": output}
        for call, output in zip(calls(response), outputs, strict=True)
    ]
    return await respond(sdk, results, previous_response_id=response.id, **more)


@pytest.mark.parametrize("choice", ["required", NAMED, allowed("required", "get_weather")])
async def test_a_call_is_an_item_with_arguments_of_its_schema(sdk, choice):
    """Its id and that of the call are two."""
    response = await respond(sdk, ASK, tools=[WEATHER, TIME], tool_choice=choice, parallel_tool_calls=False)
    (call,) = calls(response)
    read = json.loads(call.arguments)

    assert "completed" == call.status
    assert (call.id[:3], call.call_id[:5]) == ("fc_", "call_")
    assert choice == "required" or "get_weather" == call.name
    assert call.name == "get_time" or (2 <= len(read["city"]) <= 12 and read["unit"] in ("C", "F"))


@pytest.mark.parametrize("choice", ["none", allowed("auto", "get_time")])
async def test_what_may_not_be_called_is_not(sdk, choice):
    """However hot the model."""
    for seed in range(3):
        asked = {"tools": [WEATHER, TIME], "tool_choice": choice, "temperature": 2, "max_output_tokens": 60}
        response = await respond(sdk, ASK, extra_body={"seed": seed}, **asked)
        assert "get_weather" not in {call.name for call in calls(response)}


async def test_a_result_is_answered(sdk):
    """By the id of the response before, or with the whole history; the model reads the same."""
    first = await respond(sdk, ASK, tools=[WEATHER], tool_choice="required", parallel_tool_calls=False)
    chained = await answered(sdk, first, "sunny, 21 degrees", tools=[WEATHER], tool_choice="none")
    result = {"type": "function_call_output", "call_id": calls(first)[0].call_id, "output": "sunny, 21 degrees"}
    history = [{"role": "user", "content": ASK}, *(item.to_dict() for item in first.output), result]
    stateless = await respond(sdk, history, tools=[WEATHER], tool_choice="none", store=False)

    assert chained.output_text == stateless.output_text
    assert chained.usage.input_tokens == stateless.usage.input_tokens


async def test_parallel_calls_of_the_past_are_read_with_their_results(sdk):
    """In whatever order these come; a result may be in parts."""
    said = [
        {"role": "user", "content": ASK},
        {"type": "function_call", "call_id": "a", "name": "get_weather", "arguments": '{"city": "Rome", "unit": "C"}'},
        {"type": "function_call", "call_id": "b", "name": "get_time", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "b", "output": [{"type": "input_text", "text": "noon"}]},
        {"type": "function_call_output", "call_id": "a", "output": "sunny"},
    ]
    response = await respond(sdk, said, tools=[WEATHER, TIME], tool_choice="none")

    assert "completed" == response.status
    assert 5 == len([item async for item in sdk.responses.input_items.list(response.id)])


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([{"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}"}], "No tool output found for .* a"),
        ([{"type": "function_call_output", "call_id": "a", "output": "1"}], "No tool call found for .* call_id a"),
    ],
)
async def test_calls_and_results_belong_together(sdk, items, message):
    """As OpenAI says it."""
    with pytest.raises(openai.BadRequestError, match=message) as refused:
        await respond(sdk, [{"role": "user", "content": ASK}, *items])

    assert "input" == refused.value.param


async def test_a_call_waits_for_its_result(sdk):
    """Also one that is stored."""
    first = await respond(sdk, ASK, tools=[WEATHER], tool_choice="required")
    with pytest.raises(openai.BadRequestError, match="No tool output found"):
        await respond(sdk, "Well?", previous_response_id=first.id)


async def test_a_call_that_was_cut_is_told_but_waits_for_nothing(sdk):
    """It cannot have a result."""
    asked = {"tools": [WEATHER], "tool_choice": "required", "parallel_tool_calls": False}
    whole = await respond(sdk, ASK, **asked)
    cut = await respond(sdk, ASK, **asked, max_output_tokens=whole.usage.output_tokens - 3)
    after = await respond(sdk, "Never mind.", previous_response_id=cut.id)

    assert ("incomplete", "incomplete") == (cut.status, calls(cut)[-1].status)
    assert "completed" == after.status


@pytest.mark.parametrize(
    ("asked", "code", "param"),
    [
        ({"tools": [{"type": "web_search"}]}, "unsupported_parameter", "tools.0.type"),
        ({"tools": [WEATHER], "tool_choice": {"type": "web_search"}}, "unsupported_parameter", "tool_choice"),
        (
            {"tools": [WEATHER], "tool_choice": {"type": "function", "name": "f"}},
            "invalid_request_error",
            "tool_choice",
        ),
        ({"tool_choice": "required"}, "invalid_request_error", "tool_choice"),
        ({"tools": [WEATHER, WEATHER]}, "invalid_request_error", "tools"),
        ({"tools": [{"type": "function"}]}, "invalid_request_error", "tools.0.name"),
    ],
)
async def test_what_cannot_be_offered_is_refused(sdk, asked, code, param):
    """With its place, as in chat."""
    with pytest.raises(openai.BadRequestError) as refused:
        await respond(sdk, ASK, **asked)

    assert (code, param) == (refused.value.code, refused.value.param)
