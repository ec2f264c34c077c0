"""langchain-openai: `with_structured_output` in all its methods, and agents that must answer in a form."""

import json
from typing import Annotated, Literal, TypedDict

import pytest
from langchain.agents import create_agent
from langchain.agents.structured_output import ProviderStrategy, ToolStrategy
from pydantic import BaseModel, Field

ASK = "Describe a cat. Answer in JSON."


class Cat(BaseModel):
    """An animal."""

    name: Literal["Tom", "Kitty"]
    lives: int = Field(ge=1, le=9)


class CatDict(TypedDict):
    """An animal."""

    name: Annotated[Literal["Tom", "Kitty"], ..., "What it is called."]
    lives: Literal[7, 9]


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
@pytest.mark.parametrize("strict", [None, True], ids=["", "strict"])
@pytest.mark.parametrize(
    "schema", [Cat, CatDict, Cat.model_json_schema()], ids=["pydantic", "typed dict", "json schema"]
)
def test_an_answer_is_of_the_asked_type(llm, method, strict, schema):
    """Without repairs or second tries."""
    answer = llm.with_structured_output(schema, method=method, strict=strict).invoke(ASK)
    fields = answer.model_dump() if isinstance(answer, Cat) else answer

    assert {"name", "lives"} == set(fields)
    assert fields["name"] in ("Tom", "Kitty")


def test_json_mode_gives_an_object(llm):
    """Of whatever fields; that they fit a schema is asked of the model alone, which ours cannot do."""
    raw = llm.with_structured_output(Cat, method="json_mode", include_raw=True).invoke(ASK, max_tokens=300)["raw"]

    assert raw.text.startswith("{")
    assert "length" == raw.response_metadata["finish_reason"] or isinstance(json.loads(raw.text), dict)


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_it_grows_while_it_is_streamed(llm, method):
    """And ends whole."""
    *_, last = llm.with_structured_output(Cat, method=method).stream(ASK)

    assert isinstance(last, Cat)


@pytest.mark.anyio
@pytest.mark.parametrize("strategy", [ToolStrategy(Cat), ProviderStrategy(Cat)], ids=["tool", "provider"])
async def test_an_agent_answers_in_its_form(llm, strategy):
    """LangGraph's loop around the model."""
    agent = create_agent(llm, tools=[], response_format=strategy, system_prompt="You know cats.")
    state = await agent.ainvoke({"messages": [("user", ASK)]})

    assert isinstance(state["structured_response"], Cat)
