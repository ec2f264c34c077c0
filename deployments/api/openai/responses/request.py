"""The body of POST /v1/responses: an input, and what is to become of its answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from pydantic import Field

from deployments.api.openai.responses.input_body import InputBody
from deployments.api.openai.responses.options import LOGPROBS, SEALED, Include, Metadata, StreamOptions
from deployments.api.openai.responses.parts import Shown
from deployments.chat.messages import Message
from deployments.chat.request import ChatRequest
from deployments.config import AppConfig
from deployments.errors import InvalidField

Echoed = Annotated[str | None, Field(description="comes back in the response, and changes nothing")]


class ResponseRequest(InputBody):
    unsupported: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        "access_programs": (),
        "background_options": ({"completion_window": "soonest"},),
        "context_management": ([],),
        "image": (),
        "moderation": (),
        "prompt": (),
        "service_tier": ("auto", "default"),
    }

    max_output_tokens: int | None = Field(None, ge=1)
    max_tool_calls: int | None = Field(None, ge=1, description="of tools that run here, and there are none")
    store: bool | None = None
    background: bool | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    include: Annotated[list[Include], Field(fail_fast=True)] | None = None
    metadata: Metadata | None = None
    top_logprobs: int | None = Field(None, ge=0, le=20)
    user: Echoed = None
    safety_identifier: Echoed = None
    prompt_cache_key: Echoed = None
    prompt_cache_retention: Echoed = None

    @property
    def is_stored(self) -> bool:
        return self.store is not False

    @property
    def shown(self) -> Shown:
        return Shown(
            summary=bool(self.reasoning and self.reasoning.wanted_summary),
            sealed=SEALED in (self.include or []),
            logprobs=LOGPROBS in (self.include or []),
        )

    def check(self) -> None:
        """Raises InvalidField and UnsupportedParameter."""
        super().check()
        if self.stream_options and not self.stream:
            raise InvalidField("stream_options needs stream to be true.", param="stream_options")
        if self.top_logprobs and not self.shown.logprobs:
            raise InvalidField(f"top_logprobs needs {LOGPROBS} in include.", param="top_logprobs")
        if self.background and not self.is_stored:
            raise InvalidField("What is answered in the background must be stored.", param="background")

    def to_chat_request(self, messages: Sequence[Message], config: AppConfig, owner: str) -> ChatRequest:
        asked = super().to_chat_request(messages, config, owner)
        logprobs = (self.top_logprobs or 0) if self.shown.logprobs else None
        return replace(
            asked,
            max_tokens=self.max_output_tokens or config.chat.max_tokens,
            sampling=self.sampling(config.chat, logprobs),
        )
