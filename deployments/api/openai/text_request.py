"""The body of POST /v1/completions."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from deployments.api.openai.bodies import Body, Sent, Tokens, bodies_of
from deployments.api.openai.generation import GenerationBody
from deployments.chat.plain import TextRequest
from deployments.config import AppConfig
from deployments.errors import UnsupportedParameter
from deployments.limits.limiter import Caller

DEFAULT_MAX_TOKENS = 16  # OpenAI's

Many = Field(min_length=1, fail_fast=True)
Prompt = Sent[str, Annotated[list[str], Many], Annotated[list[Tokens], Many]]


class CompletionRequest(GenerationBody):
    unsupported: ClassVar[Mapping[str, tuple[Any, ...]]] = {"suffix": ("",)}

    prompt: Prompt
    logprobs: int | None = Field(None, ge=0, le=5)
    echo: bool | None = None
    best_of: int | None = Field(None, ge=1)

    def check(self, config: AppConfig) -> None:
        """What the types cannot say. Raises InvalidField and UnsupportedParameter."""
        self.check_names()
        self.check_answers(self.choices * len(self.prompts), config.chat, param="prompt")
        if self.best_of not in (None, self.choices):
            raise UnsupportedParameter("best_of is not supported, unless it equals n.", param="best_of")
        if self.echo and self.logprobs is not None:
            raise UnsupportedParameter("logprobs of an echoed prompt are not supported.", param="logprobs")

    @property
    def prompts(self) -> tuple[Body, ...]:
        return bodies_of(self.prompt)

    def to_request(self, config: AppConfig, caller: Caller) -> TextRequest:
        return TextRequest(
            prompts=self.prompts,
            max_tokens=self.max_tokens or DEFAULT_MAX_TOKENS,
            sampling=self.sampling(config.chat, self.logprobs),
            stop=self.stops,
            choices=self.choices,
            echo=bool(self.echo),
            caller=caller.key or "",
            timeout_s=config.http.answer_timeout_s,
        )
