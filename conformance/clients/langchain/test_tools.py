"""langchain-openai: tools, called because they must be, and conversations in which they were."""

from typing import Literal

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool

ASK = "What is the weather in Rome?"


@tool
def get_weather(city: Literal["Oslo", "Rome"], days: Literal[1, 2, 3] = 1) -> str:
    """The weather of a city."""
    return f"{city}: sunny for {days} days"


@tool
def get_time() -> str:
    """The time of day."""
    return "noon"


TOOLS = [get_weather, get_time]
KNOWN = {tool.name: tool for tool in TOOLS}


def is_weather(call) -> bool:
    return bool(call["name"] == "get_weather" and call["id"] and get_weather.args_schema.model_validate(call["args"]))


@pytest.mark.parametrize(
    "choice",
    ["any", "required", True, "get_weather", {"type": "function", "function": {"name": "get_weather"}}],
    ids=str,
)
def test_a_forced_tool_is_called_with_its_arguments(llm, choice):
    """However LangChain's users say so."""
    answer = llm.bind_tools([get_weather], tool_choice=choice).invoke(ASK)

    assert "tool_calls" == answer.response_metadata["finish_reason"]
    assert is_weather(answer.tool_calls[0])
    assert not answer.invalid_tool_calls


def test_the_named_one_of_several_is_called(llm):
    """And `strict` and `parallel_tool_calls` are understood."""
    model = llm.bind_tools(TOOLS, tool_choice="get_time", strict=True, parallel_tool_calls=False)

    assert [("get_time", {})] == [(call["name"], call["args"]) for call in model.invoke(ASK).tool_calls]


def test_a_streamed_call_is_made_up_of_its_pieces(llm):
    """Names and ids once, arguments piece by piece."""
    model = llm.bind_tools([get_weather], tool_choice="any")
    first, *rest = model.stream(ASK)
    for chunk in rest:
        first += chunk

    assert model.invoke(ASK).tool_calls[0]["args"] == first.tool_calls[0]["args"]
    assert is_weather(first.tool_calls[0])


@pytest.mark.parametrize("choice", ["none", "auto"])
def test_tools_need_not_be_called(llm, choice):
    """Only offered ones ever are."""
    answer = llm.bind_tools(TOOLS, tool_choice=choice).invoke(ASK)

    assert answer.text or choice == "auto"
    assert {call["name"] for call in answer.tool_calls} <= ({"get_weather", "get_time"} if choice == "auto" else set())


def test_a_result_is_answered(llm):
    """The loop as one writes it by hand."""
    talk = [HumanMessage(ASK)]
    talk.append(llm.bind_tools(TOOLS, tool_choice="any").invoke(talk))
    talk += [KNOWN[call["name"]].invoke(call) for call in talk[-1].tool_calls]
    answer = llm.bind_tools(TOOLS, tool_choice="none").invoke(talk)

    assert answer.text
    assert "stop" == answer.response_metadata["finish_reason"]


def test_parallel_calls_of_the_past_are_read_with_their_results(llm):
    """In whatever order these come; the model itself writes one call per answer."""
    calls = [
        {"id": "call_1", "name": "get_weather", "args": {"city": "Oslo"}},
        {"id": "call_2", "name": "get_time", "args": {}},
    ]
    results = [ToolMessage("noon", tool_call_id="call_2"), ToolMessage("sunny", tool_call_id="call_1")]
    answer = llm.bind_tools(TOOLS).invoke([HumanMessage(ASK), AIMessage("", tool_calls=calls), *results])

    assert answer.text or answer.tool_calls
