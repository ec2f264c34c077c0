"""langchain-openai: our errors are its users' exceptions."""

import openai
import pytest

ASK = "Hello!"


def test_a_wrong_key(llm):
    with pytest.raises(openai.AuthenticationError) as raised:
        type(llm)(model=llm.model_name, base_url=llm.openai_api_base, api_key="wrong", max_retries=0).invoke(ASK)

    assert (401, "invalid_api_key") == (raised.value.status_code, raised.value.code)


def test_an_unknown_model(llm):
    with pytest.raises(openai.NotFoundError, match="gpt-9") as raised:
        llm.bind(model="gpt-9").invoke(ASK)

    assert "model_not_found" == raised.value.code


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_a_value_out_of_range(llm, streamed):
    """Named in `param`, before any byte of a stream."""
    model = llm.bind(temperature=3)
    with pytest.raises(openai.BadRequestError) as raised:
        list(model.stream(ASK)) if streamed else model.invoke(ASK)

    assert ("temperature", "invalid_request_error") == (raised.value.param, raised.value.code)


def test_what_we_do_not_do(llm):
    """Nothing is ignored in silence."""
    with pytest.raises(openai.BadRequestError) as raised:
        llm.bind(service_tier="flex").invoke(ASK)

    assert "unsupported_parameter" == raised.value.code


def test_a_prompt_beyond_the_context(llm):
    """LangChain has an exception of its own for it."""
    with pytest.raises(openai.BadRequestError) as raised:
        llm.invoke("word " * 20_000)

    assert "context_length_exceeded" == raised.value.code
    assert "ContextOverflow" in " ".join(kind.__name__ for kind in type(raised.value).__mro__)
