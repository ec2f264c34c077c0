"""What the bodies of chat and of text completions have in common. Nothing in them is ignored in silence."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from deployments.config import GeneratorConfig
from deployments.engine.sampling import Sampling
from deployments.errors import InvalidField, UnsupportedParameter

MOST_CHOICES = 8

# Names for the client's own bookkeeping: they change no answer.
WITHOUT_EFFECT = frozenset(
    {
        "user",
        "metadata",
        "safety_identifier",
        "prompt_cache_key",
        "prompt_cache_options",
        "prompt_cache_retention",
    }
)

StopString = Annotated[str, Field(min_length=1)]


class StreamOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    include_usage: bool = False
    include_obfuscation: bool = False


class GenerationBody(BaseModel):
    model_config = ConfigDict(extra="allow")

    model: str | None = None
    max_tokens: int | None = Field(None, ge=1)
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    top_k: int | None = Field(None, ge=1)
    min_p: float | None = Field(None, ge=0, le=1)
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    logit_bias: dict[int, Annotated[float, Field(ge=-100, le=100)]] | None = None
    seed: int | None = None
    stop: StopString | Annotated[list[StopString], Field(max_length=4)] | None = None
    n: int | None = Field(None, ge=1, le=MOST_CHOICES)
    stream: bool | None = False
    stream_options: StreamOptions | None = None

    @property
    def choices(self) -> int:
        return self.n or 1

    @property
    def stops(self) -> tuple[str, ...]:
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())

    @property
    def includes_usage(self) -> bool:
        return bool(self.stream_options and self.stream_options.include_usage)

    def check_names(self, unsupported: Mapping[str, tuple[Any, ...]]) -> None:
        """What we do not implement may have one of the values that ask for nothing.

        Raises InvalidField and UnsupportedParameter.
        """
        for name, value in (self.model_extra or {}).items():
            if value is None or name in WITHOUT_EFFECT:
                continue
            if name not in unsupported:
                raise InvalidField(f"Unknown parameter: {name!r}.", param=name)
            if value not in unsupported[name]:
                raise UnsupportedParameter(f"The parameter {name!r} is not supported.", param=name)
        if self.stream_options and not self.stream:
            raise InvalidField("stream_options needs stream to be true.", param="stream_options")

    def check_answers(self, answers: int, config: GeneratorConfig, param: str) -> None:
        """So many can never wait at once. Raises InvalidField."""
        most = config.slots + config.queue_requests
        if answers > most:
            raise InvalidField(f"{answers} answers were asked for at once; at most {most} can be.", param=param)

    def sampling(self, config: GeneratorConfig, logprobs: int | None) -> Sampling:
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
            logprobs=logprobs,
        )
