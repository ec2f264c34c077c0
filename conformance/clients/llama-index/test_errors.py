"""LlamaIndex: our errors are its users' exceptions."""

import openai
import pytest


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"api_key": "wrong"}, openai.AuthenticationError),
        ({"model": "gpt-9"}, openai.NotFoundError),
        ({"additional_kwargs": {"top_p": 3}}, openai.BadRequestError),
        ({"additional_kwargs": {"service_tier": "flex"}}, openai.BadRequestError),
    ],
    ids=["key", "model", "range", "unsupported"],
)
@pytest.mark.parametrize(
    "ask",
    [lambda llm: llm.complete("Hello!"), lambda llm: list(llm.stream_complete("Hello!"))],
    ids=["whole", "streamed"],
)
def test_a_refusal_is_openai_s_exception(connect, changes, error, ask):
    """Before any byte of a stream."""
    with pytest.raises(error):
        ask(connect(**changes))
