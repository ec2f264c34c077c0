"""instructor: our errors reach its users."""

import instructor
import openai
import pytest
from instructor.core import InstructorError

ASK = [{"role": "user", "content": "Hello!"}]


@pytest.mark.parametrize(
    ("changes", "asked", "error"),
    [
        ({"api_key": "wrong"}, {}, openai.AuthenticationError),
        ({}, {"model": "gpt-9"}, openai.NotFoundError),
        ({}, {"temperature": 3}, openai.BadRequestError),
        ({}, {"service_tier": "flex"}, openai.BadRequestError),
    ],
    ids=["key", "model", "range", "unsupported"],
)
def test_a_refusal_is_the_cause_of_instructor_s_exception(patched, changes, asked, error):
    """Or that exception itself."""
    with pytest.raises((InstructorError, error)) as raised:
        patched(instructor.Mode.TOOLS, **changes).create(response_model=int, messages=ASK, max_retries=0, **asked)

    assert error in causes(raised.value)


def causes(error) -> list[type]:
    return [] if error is None else [type(error), *causes(error.__cause__ or error.__context__)]
