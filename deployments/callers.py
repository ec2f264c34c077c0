"""Who waits for a deployment, so that they can be sent away once waiting is in vain. It knows no Ray."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deployments.errors import ModelNotReady


class Callers:
    """All of them on one event loop."""

    def __init__(self) -> None:
        self._calls = defaultdict[str, set[_Call]](set)
        self._loop: asyncio.AbstractEventLoop | None = None

    @asynccontextmanager
    async def waiting(self, deployment: str) -> AsyncIterator[None]:
        """Around a call, within one task. Raises ModelNotReady, after the call was cancelled, for who is sent away."""
        self._loop = asyncio.get_running_loop()
        call = _Call()
        try:
            async with call.patience:
                self._calls[deployment].add(call)
                yield
        except TimeoutError:
            if call.reason:
                raise ModelNotReady(call.reason) from None
            raise
        finally:
            self._calls[deployment].discard(call)

    def send_away(self, deployment: str, reason: str) -> None:
        """May be called from any thread."""
        if self._loop and self._calls[deployment]:
            self._loop.call_soon_threadsafe(self._end, deployment, reason)

    def _end(self, deployment: str, reason: str) -> None:
        for call in self._calls.pop(deployment, ()):
            call.reason = reason
            call.patience.reschedule(0)


class _Call:
    def __init__(self) -> None:
        self.reason = ""
        self.patience = asyncio.timeout(None)
