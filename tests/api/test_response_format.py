"""An answer has the form that was asked for, also where the model would never have thought of it."""

import json

import pydantic
import pytest

from tests.api.ask import MODEL, chunks, greedy

ASK = [{"role": "user", "content": "Describe a cat."}]


class Cat(pydantic.BaseModel):
    """An animal."""

    model_config = pydantic.ConfigDict(extra="forbid")

    name: str = pydantic.Field(max_length=6)
    lives: int = pydantic.Field(ge=1, le=9)
    moods: list[str] = pydantic.Field(max_length=0)


def schema_format(schema, **more):
    return {"type": "json_schema", "json_schema": {"name": "cat", "schema": schema, **more}}


CAT = schema_format(Cat.model_json_schema(), strict=True, description="A cat.")


@pytest.mark.parametrize("seed", range(3))
async def test_an_answer_follows_its_schema_at_any_temperature(sdk, seed):
    """Whole, and after whatever reasoning."""
    answer = await sdk.chat.completions.create(
        model=MODEL,
        messages=ASK,
        temperature=2,
        top_p=0.9,
        seed=seed,
        response_format=CAT,
        extra_body={"include_thinking": True},
    )
    message = answer.choices[0].message

    assert "stop" == answer.choices[0].finish_reason
    assert Cat.model_validate_json(message.content)
    assert message.thinking


async def test_a_stream_says_the_same_piece_by_piece(sdk):
    """Not only when it is complete."""
    whole = (await greedy(sdk, ASK, response_format=CAT)).choices[0].message.content
    contents = [chunk.choices[0].delta.content for chunk in await chunks(sdk, ASK, response_format=CAT)]

    assert whole == "".join(content or "" for content in contents)
    assert 1 < sum(map(bool, contents))


async def test_json_object_is_any_object(sdk):
    """And nothing but one."""
    answer = await greedy(sdk, ASK, response_format={"type": "json_object"}, max_tokens=300)
    content = answer.choices[0].message.content

    assert content.startswith("{")
    assert "length" == answer.choices[0].finish_reason or isinstance(json.loads(content), dict)


async def test_the_model_reads_the_schema_and_its_description(sdk):
    """They are part of the prompt."""
    plain, described = (
        schema_format({"type": "object", "properties": {}}, **more) for more in ({}, {"description": "A cat."})
    )
    counts = [
        (await greedy(sdk, ASK, max_tokens=1, response_format=wanted)).usage.prompt_tokens
        for wanted in ({"type": "text"}, plain, described)
    ]

    assert counts == sorted(set(counts))


async def test_openai_s_helper_reads_it(sdk):
    """A class in, an object of it out."""
    parsed = await sdk.chat.completions.parse(model=MODEL, messages=ASK, response_format=Cat)

    assert isinstance(parsed.choices[0].message.parsed, Cat)


async def test_tools_may_be_called_instead(sdk):
    """The form is that of what is said to the user."""
    tool = {"type": "function", "function": {"name": "get_cat"}}
    called = await greedy(sdk, ASK, response_format=CAT, tools=[tool], tool_choice="required")
    said = await greedy(sdk, ASK, response_format=CAT, tools=[tool], tool_choice="none")

    assert "get_cat" == called.choices[0].message.tool_calls[0].function.name
    assert Cat.model_validate_json(said.choices[0].message.content)
