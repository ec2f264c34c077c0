"""The body of POST /v1/chat/completions. Nothing in it is ignored in silence."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from deployments.api.openai.messages import WireMessage, to_message
from deployments.chat.messages import Message, ReasoningEffort
from deployments.chat.request import ChatRequest
from deployments.config import AppConfig, GeneratorConfig
from deployments.engine.sampling import Sampling
from deployments.errors import InvalidField, UnsupportedParameter
from deployments.limits.limiter import Caller

# Names for the client's own bookkeeping: they change no answer.
WITHOUT_EFFECT = frozenset({"user", "metadata", "safety_identifier", "prompt_cache_key", "prompt_cache_retention"})

# What OpenAI knows and we do not, each with the values that ask for nothing.
UNSUPPORTED: dict[str, tuple[Any, ...]] = {
    "tools": ([],),
    "tool_choice": ("none", "auto"),
    "parallel_tool_calls": (True, False),
    "functions": ([],),
    "function_call": ("none", "auto"),
    "response_format": ({"type": "text"},),
    "logprobs": (False,),
    "top_logprobs": (0,),
    "n": (1,),
    "modalities": (["text"],),
    "audio": (),
    "prediction": (),
    "store": (False,),
    "service_tier": ("auto", "default"),
    "verbosity": ("medium",),
    "web_search_options": (),
}

Stop = Annotated[list[Annotated[str, Field(min_length=1)]], Field(max_length=4)]


class StreamOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    include_usage: bool = False
    include_obfuscation: bool = False


class ChatCompletionRequest(BaseModel):
    model_config = ConfigDict(extra="allow")

    messages: list[WireMessage] = Field(min_length=1)
    model: str | None = None
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    top_k: int | None = Field(None, ge=1)
    min_p: float | None = Field(None, ge=0, le=1)
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    logit_bias: dict[int, Annotated[float, Field(ge=-100, le=100)]] | None = None
    seed: int | None = None
    stop: str | Stop | None = None
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    reasoning_effort: ReasoningEffort | None = None
    include_thinking: bool = False
    timings: bool = Field(False, description="say where the time went")

    def check(self) -> None:
        """What the types cannot say. Raises InvalidField and UnsupportedParameter."""
        for name, value in (self.model_extra or {}).items():
            if value is None or name in WITHOUT_EFFECT:
                continue
            if name not in UNSUPPORTED:
                raise InvalidField(f"Unknown parameter: {name!r}.", param=name)
            if value not in UNSUPPORTED[name]:
                raise UnsupportedParameter(f"The parameter {name!r} is not supported.", param=name)
        if self.stream_options and not self.stream:
            raise InvalidField("stream_options needs stream to be true.", param="stream_options")

    def our_messages(self) -> tuple[Message, ...]:
        return tuple(to_message(wire) for wire in self.messages)

    def to_chat_request(self, messages: tuple[Message, ...], config: AppConfig, caller: Caller) -> ChatRequest:
        return ChatRequest(
            messages=messages,
            max_tokens=self.max_completion_tokens or self.max_tokens or config.chat.max_tokens,
            sampling=self._sampling(config.chat),
            stop=(self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ()),
            reasoning_effort=self.reasoning_effort or "medium",
            caller=caller.key or "",
            timeout_s=config.http.answer_timeout_s,
        )

    def _sampling(self, config: GeneratorConfig) -> Sampling:
        default = Sampling()
        return Sampling(
            temperature=config.temperature if self.temperature is None else self.temperature,
            top_k=self.top_k or default.top_k,
            top_p=default.top_p if self.top_p is None else self.top_p,
            min_p=self.min_p or default.min_p,
            presence_penalty=self.presence_penalty or default.presence_penalty,
            frequency_penalty=self.frequency_penalty or default.frequency_penalty,
            logit_bias=self.logit_bias or default.logit_bias,
            seed=None if self.seed is None else self.seed % 2**32,
        )
