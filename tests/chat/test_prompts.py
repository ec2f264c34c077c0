"""A prompt that cannot fit is refused before anybody cuts it into tokens."""

import pytest

from deployments.chat.messages import Message
from deployments.chat.prompts import Prompts
from deployments.chat.request import ChatRequest
from deployments.errors import ContextLengthExceeded
from tests.chat.template.models import MODELS, Letters, model

CONTEXT_TOKENS = 200
LONG = Message("user", "€" * 100), Message("assistant", "Yes.")
SHORT = (Message("user", "And?"),)


class ShortTexts(Letters):
    """A vocabulary that takes forever for long texts."""

    def plain(self, text: str) -> list[int]:
        assert len(text.encode()) <= CONTEXT_TOKENS
        return super().plain(text)


@pytest.fixture
def prompts():
    return Prompts(model("llama")[1], ShortTexts(MODELS["llama"][1]), context_tokens=CONTEXT_TOKENS)


def test_a_conversation_that_cannot_fit_is_not_tokenized(prompts):
    """The error says how long it is at the least."""
    with pytest.raises(
        ContextLengthExceeded, match=r"is 200 tokens, but the messages resulted in 3\d\d tokens at least"
    ):
        prompts.of_conversation(ChatRequest((*LONG, *SHORT), max_tokens=9))


def test_turns_that_cannot_fit_leave_untokenized(prompts):
    """Where turns may leave."""
    request, _ = prompts.of_conversation(ChatRequest((*LONG, *SHORT), max_tokens=9, truncated_messages=0))

    assert SHORT == request.messages


def test_a_text_that_cannot_fit_is_not_tokenized(prompts):
    """Nor without roles."""
    with pytest.raises(ContextLengthExceeded, match="the prompt resulted in 300 tokens at least"):
        prompts.of_text("€" * 100)
