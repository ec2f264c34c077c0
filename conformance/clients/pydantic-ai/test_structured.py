"""pydantic-ai: output types as a tool, by the server's own schemas, and by asking in words."""

from dataclasses import dataclass
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field
from pydantic_ai import Agent, NativeOutput, PromptedOutput, ToolOutput
from typing_extensions import TypedDict

pytestmark = pytest.mark.anyio

ASK = "Describe a cat."
LETTERS = Annotated[list[Literal["a", "b"]], Field(max_length=3)]


class Cat(BaseModel):
    """An animal."""

    name: Literal["Tom", "Kitty"]
    lives: int = Field(ge=1, le=9)


@dataclass
class Dog:
    """Another animal."""

    name: Literal["Rex", "Fido"]
    tricks: Annotated[list[Literal["sit", "roll"]], Field(max_length=2)]


class Bird(TypedDict):
    can_fly: bool


@pytest.mark.parametrize(
    "output",
    [Cat, ToolOutput(Cat), ToolOutput(Cat, strict=True), NativeOutput(Cat), NativeOutput(Cat, strict=True)],
    ids=["default", "tool", "strict tool", "native", "strict native"],
)
async def test_an_answer_is_of_the_asked_type(llm, output):
    """At the first try, whole and streamed."""
    agent = Agent(llm, output_type=output, retries=0)
    result = await agent.run(ASK)
    async with agent.run_stream(ASK) as streamed:
        grown = [cat async for cat in streamed.stream_output(debounce_by=None)]

    assert isinstance(result.output, Cat)
    assert result.output == grown[-1]


@pytest.mark.parametrize("output", [bool, LETTERS, Bird, Dog], ids=["bool", "list", "typed dict", "dataclass"])
@pytest.mark.parametrize("mode", [ToolOutput, NativeOutput])
async def test_any_type_may_be_asked_for(llm, output, mode):
    """What is no object is wrapped into one by the client. The small model thinks little, lest it thinks in circles."""
    agent = Agent(llm, output_type=mode(output), retries=0, model_settings={"openai_reasoning_effort": "low"})
    result = await agent.run(ASK)

    assert isinstance(result.output, {Bird: dict, Dog: Dog, bool: bool}.get(output, list))


async def test_one_of_several_types(llm):
    """As several tools, or as alternatives of one schema."""
    assert isinstance((await Agent(llm, output_type=[Cat, Bird], retries=0).run(ASK)).output, Cat | dict)
    assert isinstance((await Agent(llm, output_type=NativeOutput([Cat, Dog]), retries=0).run(ASK)).output, Cat | Dog)


async def test_a_prompted_form_is_asked_for_as_json_object(llm):
    """Whether it fits is up to the model, which cannot do it; with a schema in the request it must."""
    fitting = {"type": "json_schema", "json_schema": {"name": "cat", "schema": Cat.model_json_schema()}}
    agent = Agent(llm, output_type=PromptedOutput(Cat), retries=0)

    assert isinstance((await agent.run(ASK, model_settings={"extra_body": {"response_format": fitting}})).output, Cat)
