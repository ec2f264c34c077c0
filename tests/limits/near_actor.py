"""Stands where the limiter's actor would, without Ray. It can be away, and have a successor."""

from typing import Any

from deployments.limits.memory import Limiter
from deployments.limits.messages import Address


class Away(Exception):
    """What this actor raises where the real one raises ActorAway."""


class NearActor:
    """Tells the address it is given, and counts by itself when it is called."""

    def __init__(self, address: Address) -> None:
        self.address, self.is_alive = address, True
        self.asked: list[str] = []
        self._limiter = Limiter(100)

    async def ask(self, question: str, *arguments: Any) -> Any:
        self.asked.append(question)
        if not self.is_alive:
            raise Away
        return self.address if question == "address" else self._limiter.answer(*arguments)

    def forget(self) -> None:
        self.asked = []
