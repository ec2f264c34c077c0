"""What is asked of the embedding service and what it answers, in values that every layer shares."""

from dataclasses import dataclass, field
from typing import Literal

from deployments.embedding.vectors import Vectors
from deployments.errors import InvalidField

Body = str | tuple[int, ...]
Overflow = Literal["refuse", "cut", "mean"]
Dimensions = tuple[int, ...] | Literal["usual", "full"]


@dataclass(frozen=True, slots=True)
class EmbeddingRequest:
    """Texts, or token ids of the model's own vocabulary, without the special tokens that its tokenizer adds.

    The prompt goes before either; without a name it is that of texts which are compared with each other. Longer than
    the model's window: refused, unless `truncate` cuts it there or `chunk` asks for the mean of several windows.
    `caller` is who takes turns with others; it changes no vector.
    """

    inputs: tuple[Body, ...]
    prompt_name: str | None = "document"
    title: str | None = None
    truncate: bool = False
    chunk: Literal["mean"] | None = None
    dimensions: Dimensions = "full"
    caller: str = field(default="", compare=False)

    @property
    def overflow(self) -> Overflow:
        if self.truncate and self.chunk:
            raise InvalidField("truncate and chunk exclude each other.", param="chunk")
        return self.chunk or ("cut" if self.truncate else "refuse")


@dataclass(frozen=True, slots=True)
class EmbeddingResult:
    """One row of full length per input, to be cut to each of the `dimensions` that were asked for.

    `truncated` holds the positions of the inputs that were cut, `seconds` how long the service worked and queued,
    `fingerprint` is that of the model.
    """

    vectors: Vectors
    dimensions: tuple[int, ...]
    prompt_tokens: int
    model: str
    seconds: float
    truncated: tuple[int, ...] = ()
    fingerprint: bytes = b""
