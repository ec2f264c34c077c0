"""When things happened to a sequence, in seconds of the monotonic clock."""

import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Clock:
    queued: float = field(default_factory=time.monotonic)
    seated: float | None = None
    first_token: float | None = None
    last_token: float | None = None

    def token(self) -> None:
        """One more, or several at once."""
        self.last_token = time.monotonic()
        if self.first_token is None:
            self.first_token = self.last_token

    @property
    def queue_s(self) -> float:
        """Waiting for a slot."""
        return (self.seated or time.monotonic()) - self.queued

    @property
    def prompt_s(self) -> float:
        """From the slot to the first token."""
        return self.first_token - self.seated if self.first_token and self.seated else 0.0

    @property
    def answer_s(self) -> float:
        """From the first token to the last."""
        return self.last_token - self.first_token if self.last_token and self.first_token else 0.0
