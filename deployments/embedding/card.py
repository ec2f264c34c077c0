"""What a client may know of an embedding model: its name, its dimensions, its window. It holds no model."""

from collections.abc import Sequence
from dataclasses import dataclass

from deployments.embedding import minilm
from deployments.embedding.checkpoint import Checkpoint
from deployments.embedding.prompts import Prompts
from deployments.embedding.request import Dimensions
from deployments.errors import ConfigError, InvalidField

USUAL_DIMENSION = 128


@dataclass(frozen=True, slots=True)
class ModelCard:
    """`dimensions` are those a vector may be cut to, ascending; `remark` says why it is slow, if it is."""

    name: str
    dimensions: tuple[int, ...]
    max_tokens: int
    device: str
    dtype: str
    remark: str = ""

    def choose(self, asked: Dimensions) -> tuple[int, ...]:
        """The lengths of the vectors to answer with, each once. Raises InvalidField for one that the model lacks."""
        if asked == "full":
            return (self.dimensions[-1],)
        if asked == "usual":
            return (USUAL_DIMENSION if USUAL_DIMENSION in self.dimensions else self.dimensions[-1],)
        for dimension in asked:
            if dimension not in self.dimensions:
                valid = ", ".join(map(str, self.dimensions))
                raise InvalidField(f"{self.name} has no dimension {dimension}. Valid: {valid}.", param="dimensions")
        return tuple(dict.fromkeys(asked))


def dimensions(
    configured: Sequence[int] | None, full: int, checkpoint: Checkpoint, prompts: Prompts
) -> tuple[int, ...]:
    """The configured ones, or those the model's own card lists; of a model we do not know, only the full one."""
    if configured and max(configured) > full:
        raise ConfigError(f"embedding.dimensions names {max(configured)}, but the model's vectors have {full}")
    return tuple(sorted(set(configured or _listed(full, checkpoint, prompts))))


def _listed(full: int, checkpoint: Checkpoint, prompts: Prompts) -> tuple[int, ...]:
    if prompts.take_titles and full == 768:  # the EmbeddingGemma family, whatever its folder is called
        return (128, 256, 512, 768)
    if checkpoint.digests.get("model.safetensors") == minilm.DIGESTS["model.safetensors"]:
        return (128, 256, 384)
    return (full,)
