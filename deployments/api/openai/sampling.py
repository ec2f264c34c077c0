"""What the bodies of all that is generated have in common. Nothing in them is ignored in silence."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from deployments.config import GeneratorConfig
from deployments.engine.sampling import Sampling
from deployments.errors import InvalidField, UnsupportedParameter

LARGEST_TOP_K = 2**31 - 1  # an int of C

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

Token = Annotated[int, Field(strict=False)]  # as a key of JSON, which is always a string
Bias = Annotated[float, Field(ge=-100, le=100)]
StopString = Annotated[str, Field(min_length=1)]


def _document_names(schema: dict[str, Any], body: "type[SamplingBody]") -> None:
    """To readers, a body has what we know of it and nothing else."""
    known = {name: {"description": "accepted, and changes nothing"} for name in sorted(WITHOUT_EFFECT)}
    asking_nothing = {name: {"enum": [None, *values]} for name, values in body.unsupported.items()}
    schema["properties"] = known | asking_nothing | schema["properties"]
    schema["additionalProperties"] = False


class SamplingBody(BaseModel):
    """`unsupported` is what OpenAI knows and we do not, each with the values that ask for nothing."""

    model_config = ConfigDict(extra="allow", strict=True, json_schema_extra=_document_names)

    unsupported: ClassVar[Mapping[str, tuple[Any, ...]]] = {}

    model: str | None = None
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    top_k: int | None = Field(None, ge=1, le=LARGEST_TOP_K)
    min_p: float | None = Field(None, ge=0, le=1)
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    logit_bias: Annotated[dict[Token, Bias], Field(fail_fast=True)] | None = None
    seed: int | None = None
    stop: StopString | Annotated[list[StopString], Field(max_length=4)] | None = None

    @property
    def stops(self) -> tuple[str, ...]:
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())

    def check_names(self) -> None:
        """Raises InvalidField and UnsupportedParameter."""
        for name, value in (self.model_extra or {}).items():
            if value is None or name in WITHOUT_EFFECT:
                continue
            if name not in self.unsupported:
                raise InvalidField(f"Unknown parameter: {name!r}.", param=name)
            if not any(type(value) is type(nothing) and value == nothing for nothing in self.unsupported[name]):
                raise UnsupportedParameter(f"The parameter {name!r} is not supported.", param=name)

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
            seed=self.seed,
            logprobs=logprobs,
        )
