"""What a chat model is asked."""

from dataclasses import dataclass, field

from deployments.chat.messages import Message, ReasoningEffort
from deployments.engine.sampling import Sampling


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """`max_tokens` bounds the answer, reasoning included; `stop` strings end it and are not part of it.

    Callers share a model evenly. `timeout_s` counts from when the model's replica takes the request.
    """

    messages: tuple[Message, ...]
    max_tokens: int
    sampling: Sampling = field(default_factory=Sampling)
    stop: tuple[str, ...] = ()
    reasoning_effort: ReasoningEffort = "medium"
    caller: str = ""
    timeout_s: float | None = None
