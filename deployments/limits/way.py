"""The way to a limiter in another process: a line to its port, or calls to its actor where no line can be had."""

import logging
from typing import Any, Protocol

from deployments.limits.limiter import Grant
from deployments.limits.line import Line
from deployments.limits.messages import Asked

logger = logging.getLogger(__name__)


class Actor(Protocol):
    """Raises an error of its own where it is away."""

    async def ask(self, question: str, *arguments: Any) -> Any: ...

    def forget(self) -> None:
        """The next question looks for the one that there is then."""


class Way:
    """Found at the first call, and again once it has failed."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._open: Line | _Calls | None = None

    async def ask(self, questions: list[Asked]) -> list[Grant]:
        """One call at a time. Raises what the actor raises, and OSError."""
        if self._open is None or not self._open.is_open:
            self._open = await self._found()
        return await self._open.ask(questions)

    async def _found(self) -> "Line | _Calls":
        self._actor.forget()
        try:
            return await Line.to(await self._actor.ask("address"))
        except OSError as error:
            calls = _Calls(self._actor)
            await calls.ask([])  # or it is not the port alone that is out of reach
            logger.warning(
                "The limiter's port cannot be reached (%s); every question takes a call of Ray's instead, some "
                "milliseconds longer. Between the machines, open the TCP ports of net.ipv4.ip_local_port_range.",
                error,
            )
            return calls


class _Calls:
    """To an actor, until one of them fails."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self.is_open = True

    async def ask(self, questions: list[Asked]) -> list[Grant]:
        try:
            grants: list[Grant] = await self._actor.ask("answer", questions)
        except BaseException:
            self.is_open = False
            raise
        return grants
