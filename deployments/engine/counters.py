"""What the engine has done since it started. Plain numbers, read from any thread."""

from dataclasses import dataclass

from deployments.engine.batch import Batch


@dataclass(slots=True)
class Counters:
    """Batch fill is `batch_tokens` over `steps`."""

    steps: int = 0
    busy_s: float = 0.0
    batch_tokens: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    generated_tokens: int = 0
    drafted_tokens: int = 0
    accepted_tokens: int = 0

    def count(self, batch: Batch, seconds: float) -> None:
        """One decode call."""
        self.steps += 1
        self.busy_s += seconds
        self.batch_tokens += batch.size
        self.prompt_tokens += batch.prompt_tokens

    def sampled(self, tokens: int, drafted: int, accepted: int) -> None:
        self.generated_tokens += tokens
        self.drafted_tokens += drafted
        self.accepted_tokens += accepted


@dataclass(frozen=True, slots=True)
class Load:
    """What the engine does at this moment."""

    counters: Counters
    running: int
    waiting: int
    held_tokens: int
    capacity_tokens: int
