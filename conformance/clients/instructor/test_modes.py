"""instructor: response models in all modes of OpenAI's chat completions, whole and streamed."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Literal

import instructor
import pydantic
import pytest
from instructor.core import IncompleteOutputException, InstructorError

ASK = [{"role": "system", "content": "You know animals."}, {"role": "user", "content": "Describe a cat."}]
ENFORCED = [instructor.Mode.TOOLS, instructor.Mode.TOOLS_STRICT, instructor.Mode.JSON_SCHEMA]
ASKED_IN_WORDS = [instructor.Mode.JSON, instructor.Mode.MD_JSON]


class Owner(pydantic.BaseModel):
    city: Literal["Oslo", "Rome"]


class Cat(pydantic.BaseModel):
    """An animal."""

    name: Literal["Tom", "Kitty"]
    lives: int = pydantic.Field(ge=1, le=9)
    owner: Owner | None = None


@pytest.mark.parametrize("mode", ENFORCED)
def test_an_answer_is_of_the_asked_type(patched, mode):
    """At the first try, with the completion it came from."""
    cat, completion = patched(mode).create_with_completion(
        response_model=Cat, messages=ASK, max_retries=0, temperature=0
    )

    assert isinstance(cat, Cat)
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ENFORCED)
async def test_it_grows_while_it_is_streamed(patched, mode):
    """`create_partial`, and asynchronously."""
    *_, cat = [
        cat
        async for cat in patched(mode, async_client=True).create_partial(
            response_model=Cat, messages=ASK, temperature=0
        )
    ]

    assert Cat.model_validate(cat.model_dump())


@pytest.mark.parametrize("mode", [instructor.Mode.TOOLS, instructor.Mode.TOOLS_STRICT])
def test_many_come_one_after_another(patched, mode):
    """`create_iterable`. Its schema allows `{}`, an answer without any, which instructor takes for a broken one."""
    asked = [{"role": "user", "content": "Tasks: Tom."}]
    cats = patched(mode).create_iterable(messages=asked, response_model=Cat, temperature=0, max_tokens=400)

    assert isinstance(next(iter(cats), Cat(name="Tom", lives=1)), Cat)


@pytest.mark.parametrize("kind", [bool, Literal["a", "b"]], ids=["bool", "literal"])
def test_a_plain_type_may_be_asked_for(patched, kind):
    """The client wraps it. At the model's most likely words, for at others the small one may think in circles."""
    asked = {"messages": ASK, "max_retries": 0, "temperature": 0}

    assert patched(instructor.Mode.TOOLS).create(response_model=kind, **asked) in (True, False, "a", "b")


def test_a_failed_validation_is_asked_again(patched):
    """With the call and the complaint in the history, which we read."""

    class Impossible(Cat):
        @pydantic.model_validator(mode="after")
        def _never(self):
            raise ValueError("try again")

    with pytest.raises(InstructorError) as raised:
        patched(instructor.Mode.TOOLS).create(response_model=Impossible, messages=ASK, max_retries=2, temperature=0)

    assert {pydantic.ValidationError} == {type(attempt.exception) for attempt in raised.value.failed_attempts}


@pytest.mark.parametrize("mode", ASKED_IN_WORDS)
def test_a_form_asked_for_in_words_is_up_to_the_model(patched, mode):
    """Which ours cannot do: the request is understood, and with JSON mode the answer is an object."""
    client, contents = patched(mode), []
    client.on("completion:response", lambda response: contents.append(response.choices[0].message.content))
    with pytest.raises((InstructorError, IncompleteOutputException, pydantic.ValidationError)):
        client.create(response_model=Cat, messages=ASK, max_retries=0, temperature=0, max_tokens=200)

    assert contents[0].startswith("{") or mode is instructor.Mode.MD_JSON


def test_parallel_tools_are_offered(patched):
    """They are called when the model wants to, which ours does not."""
    client, seen = patched(instructor.Mode.PARALLEL_TOOLS), []
    client.on("completion:response", lambda response: seen.append(response.choices[0].finish_reason))
    asked = {"messages": ASK, "max_retries": 0, "temperature": 0}
    with suppress(InstructorError):
        assert all(isinstance(one, Cat | Owner) for one in client.create(response_model=Iterable[Cat | Owner], **asked))

    assert seen[0] in ("stop", "tool_calls")
