"""What the bodies of chat and of text completions have in common, beside how tokens are sampled."""

from pydantic import BaseModel, ConfigDict, Field

from deployments.api.openai.sampling import SamplingBody
from deployments.config import GeneratorConfig
from deployments.errors import InvalidField

MOST_CHOICES = 8


class StreamOptions(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    include_usage: bool | None = None
    include_obfuscation: bool | None = None


class GenerationBody(SamplingBody):
    max_tokens: int | None = Field(None, ge=1)
    n: int | None = Field(None, ge=1, le=MOST_CHOICES)
    stream: bool | None = False
    stream_options: StreamOptions | None = None

    @property
    def choices(self) -> int:
        return self.n or 1

    @property
    def includes_usage(self) -> bool:
        return bool(self.stream_options and self.stream_options.include_usage)

    def check_names(self) -> None:
        """Raises InvalidField and UnsupportedParameter."""
        super().check_names()
        if self.stream_options and not self.stream:
            raise InvalidField("stream_options needs stream to be true.", param="stream_options")

    def check_answers(self, answers: int, config: GeneratorConfig, param: str) -> None:
        """So many can never wait at once. Raises InvalidField."""
        most = config.slots + config.queue_requests
        if answers > most:
            raise InvalidField(f"{answers} answers were asked for at once; at most {most} can be.", param=param)
