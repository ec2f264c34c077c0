"""The body of POST /v1/chat/completions."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from deployments.api.openai.generation import GenerationBody
from deployments.api.openai.messages import WireMessages, to_message
from deployments.api.openai.response_format import ResponseFormat
from deployments.api.openai.tools import WireChoice, WireTools, offer_of
from deployments.chat.messages import Message, ReasoningEffort
from deployments.chat.request import ChatRequest
from deployments.config import AppConfig
from deployments.errors import InvalidField
from deployments.limits.limiter import Caller


class ChatCompletionRequest(GenerationBody):
    unsupported: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        "functions": ([],),
        "function_call": ("none", "auto"),
        "modalities": (["text"],),
        "audio": (),
        "moderation": (),
        "prediction": (),
        "store": (False,),
        "service_tier": ("auto", "default"),
        "verbosity": ("medium",),
        "web_search_options": (),
    }

    messages: WireMessages = Field(min_length=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    tools: WireTools | None = None
    tool_choice: WireChoice | None = None
    parallel_tool_calls: bool | None = None
    response_format: ResponseFormat | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = Field(None, ge=0, le=20)
    reasoning_effort: ReasoningEffort | None = None
    include_thinking: bool | None = None
    timings: bool | None = Field(None, description="say where the time went")

    def check(self, config: AppConfig) -> None:
        """What the types cannot say. Raises InvalidField and UnsupportedParameter."""
        self.check_names()
        self.check_answers(self.choices, config.chat, param="n")
        if self.top_logprobs and not self.logprobs:
            raise InvalidField("top_logprobs is only allowed when logprobs is true.", param="top_logprobs")
        if None not in (self.max_tokens, self.max_completion_tokens) and self.max_tokens != self.max_completion_tokens:
            raise InvalidField("max_tokens and max_completion_tokens differ. Send one of them.", param="max_tokens")

    def our_messages(self) -> tuple[Message, ...]:
        return tuple(to_message(wire) for wire in self.messages)

    def to_chat_request(self, messages: tuple[Message, ...], config: AppConfig, caller: Caller) -> ChatRequest:
        """Raises InvalidField and UnsupportedParameter for tools that cannot be offered."""
        offer = offer_of(self.tools or [], self.tool_choice)
        return ChatRequest(
            messages=messages,
            max_tokens=self.max_completion_tokens or self.max_tokens or config.chat.max_tokens,
            sampling=self.sampling(config.chat, self._logprobs),
            stop=self.stops,
            reasoning_effort=self.reasoning_effort or "medium",
            tools=offer.tools,
            tool_choice=offer.choice,
            forced_tool=offer.forced,
            parallel_tool_calls=self.parallel_tool_calls is not False,
            response_format=self.response_format.schema_wanted() if self.response_format else None,
            choices=self.choices,
            caller=caller.key or "",
            timeout_s=config.http.answer_timeout_s,
        )

    @property
    def _logprobs(self) -> int | None:
        return (self.top_logprobs or 0) if self.logprobs else None
