"""What the model is to read for a response, and how it may answer: the body of a count of tokens, and part of more."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from deployments.api.openai.responses.input_items import Reference
from deployments.api.openai.responses.lists import WireItems, read
from deployments.api.openai.responses.options import ConversationReference, Reasoning, Text
from deployments.api.openai.responses.tools import WireChoice, WireTools, offer_of
from deployments.api.openai.sampling import SamplingBody
from deployments.chat.messages import Message
from deployments.chat.request import ChatRequest
from deployments.config import AppConfig
from deployments.errors import InvalidField, UnsupportedParameter
from deployments.sessions.items import Content

# Where only some values of an option are supported, these are.
SUPPORTED: Mapping[str, tuple[str, ...]] = {
    "text.verbosity": ("medium",),
    "reasoning.summary": ("auto", "detailed"),
    "reasoning.generate_summary": ("auto", "detailed"),
    "reasoning.mode": ("standard",),
    "reasoning.context": ("auto", "current_turn"),
}


class InputBody(SamplingBody):
    """A count of its tokens is asked for with the same fields."""

    unsupported: ClassVar[Mapping[str, tuple[Any, ...]]] = {"personality": ()}

    input: WireItems | None = None
    instructions: str | None = None
    previous_response_id: str | None = None
    conversation: str | ConversationReference | None = None
    tools: WireTools | None = None
    tool_choice: WireChoice | None = None
    parallel_tool_calls: bool | None = None
    text: Text | None = None
    reasoning: Reasoning | None = None
    truncation: Literal["auto", "disabled"] | None = None

    @property
    def conversation_id(self) -> str | None:
        return self.conversation.id if isinstance(self.conversation, ConversationReference) else self.conversation

    @property
    def reads_all(self) -> bool:
        return self.truncation != "auto"

    @property
    def contents(self) -> list[Content | Reference]:
        return read(self.input or [])

    def check(self) -> None:
        """What the types cannot say. Raises InvalidField and UnsupportedParameter."""
        self.check_names()
        self._check_options()
        if self.conversation is not None and self.previous_response_id is not None:
            raise InvalidField(
                "Mutually exclusive parameters: 'previous_response_id' and 'conversation'.", param="conversation"
            )
        if not self.input and self.conversation is None and self.previous_response_id is None:
            raise InvalidField(
                "One of 'input', 'previous_response_id' or 'conversation' must be provided.", param="input"
            )

    def to_chat_request(self, messages: Sequence[Message], config: AppConfig, owner: str) -> ChatRequest:
        """Raises InvalidField and UnsupportedParameter for tools that cannot be offered."""
        offer = offer_of(self.tools or [], self.tool_choice)
        told = (Message("system", self.instructions),) if self.instructions else ()
        return ChatRequest(
            messages=(*told, *messages),
            max_tokens=config.chat.max_tokens,
            stop=self.stops,
            reasoning_effort=(self.reasoning and self.reasoning.effort) or "medium",
            tools=offer.tools,
            tool_choice=offer.choice,
            forced_tool=offer.forced,
            parallel_tool_calls=self.parallel_tool_calls is not False,
            response_format=self.text.format.wanted() if self.text and self.text.format else None,
            caller=owner,
            timeout_s=config.http.answer_timeout_s,
            truncated_messages=None if self.reads_all else 0,
            goes_on=self.conversation is not None,
        )

    def _check_options(self) -> None:
        for param, supported in SUPPORTED.items():
            option, name = param.split(".")
            value = getattr(getattr(self, option), name, None)
            if value not in (None, *supported):
                raise UnsupportedParameter(f"The value {value!r} of {param!r} is not supported.", param=param)
