"""LlamaIndex: tools, forced and in the loop of its agents, and answers of a type."""

from typing import Literal

import pytest
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.prompts import PromptTemplate
from llama_index.core.tools import FunctionTool
from pydantic import BaseModel, Field

ASK = "What is the weather in Rome?"


def get_weather(city: Literal["Oslo", "Rome"], days: Literal[1, 2, 3] = 1) -> str:
    """The weather of a city."""
    return f"{city}: sunny for {days} days"


def get_time() -> str:
    """The time of day."""
    return "noon"


WEATHER, TIME = FunctionTool.from_defaults(get_weather), FunctionTool.from_defaults(get_time)
TOOLS = [WEATHER, TIME]


class Cat(BaseModel):
    """An animal."""

    name: Literal["Tom", "Kitty"]
    lives: int = Field(ge=1, le=9)


@pytest.mark.parametrize("strict", [False, True], ids=["", "strict"])
@pytest.mark.parametrize("choice", [None, "get_weather", "get_time"], ids=str)
def test_a_forced_tool_is_called(connect, choice, strict):
    """Any of them, or the named one."""
    llm = connect(strict=strict)
    answer = llm.chat_with_tools(TOOLS, user_msg=ASK, tool_required=True, tool_choice=choice)
    (call,) = llm.get_tool_calls_from_response(answer)

    assert call.tool_name == choice or choice is None
    assert call.tool_kwargs.get("city") in (["Oslo", "Rome"] if call.tool_name == "get_weather" else [None])


def test_a_streamed_call_is_made_up_of_its_pieces(llm):
    """The same as in the whole answer."""
    asked = {"tools": TOOLS, "user_msg": ASK, "tool_choice": "get_weather"}
    *_, last = llm.stream_chat_with_tools(**asked)
    whole = llm.get_tool_calls_from_response(llm.chat_with_tools(**asked))

    assert whole[0].tool_kwargs == llm.get_tool_calls_from_response(last)[0].tool_kwargs


def test_a_tool_runs_and_its_result_is_answered(llm):
    """`predict_and_call`, and the loop as one writes it by hand."""
    talk = [ChatMessage(role="user", content=ASK)]
    answer = llm.chat_with_tools([WEATHER], chat_history=talk, tool_required=True)
    (call,) = llm.get_tool_calls_from_response(answer)
    result = ChatMessage(
        role="tool", content=str(WEATHER(**call.tool_kwargs)), additional_kwargs={"tool_call_id": call.tool_id}
    )

    assert llm.chat([*talk, answer.message, result]).message.content
    assert "sunny" in str(llm.predict_and_call([WEATHER], user_msg=ASK, tool_required=True))


@pytest.mark.anyio
async def test_an_agent_offers_its_tools(llm):
    """And calls them when the model wants to; ours may not."""
    agent = FunctionAgent(tools=TOOLS, llm=llm, system_prompt="You know the weather.")

    assert str(await agent.run(ASK))


@pytest.mark.parametrize("native", [False, True], ids=["function calling", "json schema"])
def test_an_answer_is_of_the_asked_type(connect, native):
    """`as_structured_llm` and `structured_predict`, by a tool or by the server's own schemas."""
    llm = connect(should_use_structured_outputs=native)
    structured, prompt = llm.as_structured_llm(Cat), PromptTemplate("Describe {what}.")

    assert isinstance(structured.complete("Describe a cat.").raw, Cat)
    assert isinstance(structured.chat([ChatMessage(role="user", content="Describe a cat.")]).raw, Cat)
    assert isinstance(llm.structured_predict(Cat, prompt, what="a cat"), Cat)


def test_it_grows_while_it_is_streamed(connect):
    """By the server's own schemas: with tools, LlamaIndex leaves it to the model whether it calls one."""
    llm = connect(should_use_structured_outputs=True)
    *_, last = llm.stream_structured_predict(Cat, PromptTemplate("Describe a cat."))

    assert isinstance(last, Cat)


@pytest.mark.anyio
async def test_the_same_without_waiting(llm):
    """`astructured_predict`."""
    assert isinstance(await llm.astructured_predict(Cat, PromptTemplate("Describe a cat.")), Cat)
