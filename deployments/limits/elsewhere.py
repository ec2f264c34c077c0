"""A limiter that counts elsewhere, in another process or in Redis. It knows the limits, not the way there."""

from abc import ABC, abstractmethod

from deployments.config import LimitsConfig
from deployments.limits.limiter import Caller, Grant, Kind, Question, Window, windows_of


class LimiterElsewhere(ABC):
    """The same promises as `Limiter`."""

    def __init__(self, config: LimitsConfig) -> None:
        self._config = config

    def use(self, config: LimitsConfig) -> None:
        """From now on. A window of another size begins empty."""
        self._config = config

    async def acquire(self, kind: Kind, caller: Caller) -> Grant:
        """Count a request, if it is allowed."""
        return await self._ask("acquire", windows_of(self._config, kind, caller))

    async def peek(self, kind: Kind, caller: Caller) -> Grant:
        """What `acquire` would answer, without counting."""
        return await self._ask("peek", windows_of(self._config, kind, caller))

    async def refund(self, kind: Kind, caller: Caller) -> Grant:
        """Take back what the caller's last `acquire` counted: the request was not served."""
        return await self._ask("refund", windows_of(self._config, kind, caller))

    @abstractmethod
    async def _ask(self, question: Question, windows: list[Window]) -> Grant: ...
