"""The Agents SDK: tools in its loop, forced and free, and hand-offs to other agents."""

from typing import Literal

import pytest
from agents import Agent, MaxTurnsExceeded, ModelSettings, Runner, function_tool
from pydantic import BaseModel, Field

pytestmark = pytest.mark.anyio

ASK = "What is the weather in Rome?"


class Place(BaseModel):
    city: Literal["Oslo", "Rome"]


@pytest.fixture
def seen():
    return []


@pytest.fixture
def tools(seen):
    @function_tool
    def get_weather(place: Place, days: Literal[1, 2, 3] = 1) -> str:
        """The weather.

        Args:
            place: Where.
            days: How many.
        """
        seen.append(("get_weather", place.city, days))
        return "sunny"

    @function_tool
    def get_time() -> str:
        """The time of day."""
        seen.append(("get_time",))
        return "noon"

    return [get_weather, get_time]


@pytest.mark.parametrize("choice", ["required", "get_weather", "get_time"])
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
async def test_a_forced_tool_runs_and_its_result_is_answered(llm, tools, seen, choice, streamed):
    """The SDK itself lifts the force for the second turn."""
    settings = ModelSettings(temperature=0, tool_choice=choice, parallel_tool_calls=False)
    agent = Agent("Weather", model=llm, tools=tools, model_settings=settings)
    result = Runner.run_streamed(agent, ASK) if streamed else await Runner.run(agent, ASK)
    if streamed:
        assert [event async for event in result.stream_events()]

    assert choice in ("required", seen[0][0])
    done = [item.type for item in result.new_items if item.type != "reasoning_item"]
    assert ["tool_call_item", "tool_call_output_item", "message_output_item"] == done[:3]
    assert result.final_output


async def test_a_loop_goes_on_as_long_as_it_is_forced(llm, tools, seen):
    """With ever more calls and results in its history, until the SDK has had enough."""
    settings = ModelSettings(temperature=0, tool_choice="get_weather")
    agent = Agent("Weather", model=llm, tools=tools, model_settings=settings, reset_tool_choice=False)
    with pytest.raises(MaxTurnsExceeded):
        await Runner.run(agent, ASK, max_turns=3)

    assert 3 == len(seen)


async def test_an_agent_hands_over_to_another(llm):
    """Its tool is called, and the other one answers."""
    other = Agent("Poet", model=llm, instructions="You are a poet.")
    agent = Agent("Desk", model=llm, handoffs=[other], model_settings=ModelSettings(tool_choice="required"))
    result = await Runner.run(agent, ASK)

    assert "Poet" == result.last_agent.name
    assert result.final_output


async def test_parallel_calls_of_the_past_are_read_with_their_results(llm, tools):
    """In whatever order these come."""
    calls = [
        {"type": "function_call", "call_id": f"call_{name}", "name": name, "arguments": "{}"}
        for name in ("get_time", "get_weather")
    ]
    results = [
        {"type": "function_call_output", "call_id": f"call_{name}", "output": "noon"}
        for name in ("get_weather", "get_time")
    ]
    agent = Agent("Weather", model=llm, tools=tools, model_settings=ModelSettings(tool_choice="none"))
    result = await Runner.run(agent, [{"role": "user", "content": ASK}, *calls, *results])

    assert result.final_output


class Cat(BaseModel):
    """An animal."""

    name: Literal["Tom", "Kitty"]
    lives: int = Field(ge=1, le=9)
    moods: list[Literal["calm", "wild"]] = Field(max_length=2)
    owner: Place | None


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
async def test_an_answer_is_of_the_asked_type(llm, streamed):
    """`output_type`: a strict JSON schema."""
    agent = Agent("Cats", model=llm, output_type=Cat, model_settings=ModelSettings(temperature=0))
    result = Runner.run_streamed(agent, "Describe a cat.") if streamed else await Runner.run(agent, "Describe a cat.")
    if streamed:
        assert [event async for event in result.stream_events()]

    assert isinstance(result.final_output, Cat)


async def test_tools_and_a_type_go_together(llm, tools, seen):
    """A call first, then the answer in its form."""
    settings = ModelSettings(temperature=0, tool_choice="get_time")
    agent = Agent("Cats", model=llm, output_type=Cat, tools=tools, model_settings=settings)

    assert isinstance((await Runner.run(agent, ASK)).final_output, Cat)
    assert [("get_time",)] == seen
