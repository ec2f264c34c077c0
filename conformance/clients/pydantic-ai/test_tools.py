"""pydantic-ai: function tools in a loop, forced, and with several calls in the past."""

from typing import Literal

import pytest
from pydantic_ai import Agent
from pydantic_ai.direct import model_request
from pydantic_ai.messages import ModelRequest, ModelResponse, ToolCallPart, ToolReturnPart, UserPromptPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.tools import ToolDefinition

pytestmark = pytest.mark.anyio

ASK = "What is the weather in Rome?"
Schema = {
    "type": "object",
    "properties": {"city": {"enum": ["Oslo", "Rome"]}, "days": {"type": "integer", "minimum": 1, "maximum": 3}},
    "required": ["city", "days"],
    "additionalProperties": False,
}
WEATHER = ToolDefinition(name="get_weather", description="The weather.", parameters_json_schema=Schema, strict=True)
TIME = ToolDefinition(name="get_time", parameters_json_schema={"type": "object", "properties": {}})
OFFERED = ModelRequestParameters(function_tools=[WEATHER, TIME])


def calls(response: ModelResponse) -> list[ToolCallPart]:
    return [part for part in response.parts if isinstance(part, ToolCallPart)]


@pytest.mark.parametrize("choice", ["required", ["get_weather"], ["get_time"], ["get_weather", "get_time"]], ids=str)
async def test_a_forced_tool_is_called(llm, choice):
    """One of those that were named, with its arguments."""
    asked = [ModelRequest.user_text_prompt(ASK)]
    settings = {"tool_choice": choice}
    answer = await model_request(llm, asked, model_settings=settings, model_request_parameters=OFFERED)
    (call,) = calls(answer)

    assert "tool_call" == answer.finish_reason
    assert call.tool_name in (["get_weather", "get_time"] if choice == "required" else choice)
    assert call.args_as_dict().keys() == ({"city", "days"} if call.tool_name == "get_weather" else set())


async def test_a_tool_runs_and_its_result_is_answered(llm):
    """The agent's own loop: the call is forced once, then the model is free to answer."""
    seen = []
    agent = Agent(llm, model_settings=lambda ctx: {"tool_choice": "required" if not seen else "none"})

    @agent.tool_plain
    def get_weather(city: Literal["Oslo", "Rome"]) -> str:
        """The weather of a city."""
        seen.append(city)
        return "sunny"

    result = await agent.run(ASK)

    assert 1 == len(seen)
    assert result.output
    assert 2 == result.usage.requests


async def test_parallel_calls_of_the_past_are_read_with_their_results(llm):
    """The model itself writes one call per answer."""
    past = [
        ModelRequest([UserPromptPart(ASK)]),
        ModelResponse(
            [ToolCallPart("get_weather", {"city": "Rome"}, "call_1"), ToolCallPart("get_time", {}, "call_2")]
        ),
        ModelRequest([ToolReturnPart("get_time", "noon", "call_2"), ToolReturnPart("get_weather", "sunny", "call_1")]),
    ]
    answer = await model_request(llm, past, model_request_parameters=OFFERED)

    assert answer.parts
