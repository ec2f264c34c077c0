"""How the graph is doing: watched in the background, so that asking costs nothing and waits for nobody."""

import asyncio
import logging
import threading
import time
from contextlib import AbstractAsyncContextManager

from deployments.api.health import LOADING, ModelState, States
from deployments.callers import Callers
from deployments.errors import ModelNotReady
from deployments.states import look

logger = logging.getLogger(__name__)

PERIOD_S, SETTLED_PERIOD_S = 0.5, 5.0  # a look costs the controller and us some 40 ms of CPU


class GraphHealth:
    """What it says is at most half a second old while something is loading or has failed, and five when all is well."""

    def __init__(self, application: str) -> None:
        self._application = application
        self._looking = threading.Lock()
        self._states: States = {}
        self._callers = Callers()
        self._look()
        threading.Thread(target=self._watch, name="health", daemon=True).start()

    @property
    def states(self) -> States:
        """By deployment."""
        return self._states

    async def require(self, deployment: str) -> None:
        """Raises ModelNotReady, rather than let a request wait for a replica that is not there.

        A replica may have come since the last look, so nobody is refused without another.
        """
        if not self._state(deployment).is_absent:
            return
        await asyncio.to_thread(self._look_again, time.monotonic())
        state = self._state(deployment)
        if state.is_absent:
            raise ModelNotReady(_refusal(deployment, state))

    def waiting(self, deployment: str) -> AbstractAsyncContextManager[None]:
        """Around a call: it ends with ModelNotReady once no replica runs and none has a place.

        A replica's death is known seconds later than it happens, and who came meanwhile waits for its successor.
        """
        return self._callers.waiting(deployment)

    def _state(self, deployment: str) -> ModelState:
        return self._states.get(deployment, LOADING)

    def _watch(self) -> None:
        while True:
            is_settled = not any(state.is_absent or state.is_waking for state in self._states.values())
            time.sleep(SETTLED_PERIOD_S if is_settled else PERIOD_S)
            self._look_again(time.monotonic())

    def _look_again(self, since: float) -> None:
        """Many may want to know at once, and one look begun after they asked is enough for all.

        While the controller is away, what was known stays.
        """
        with self._looking:
            if self._looked < since:
                try:
                    self._look()
                except Exception:  # of several kinds; the next look finds its successor
                    logger.exception("The state of the graph could not be read")

    def _look(self) -> None:
        """While Serve builds a changed application anew, it names no deployments; those there were serve on."""
        begun = time.monotonic()
        self._states = look(self._application) or self._states
        self._looked = begun
        for deployment, state in self._states.items():
            if state.is_unplaced:
                self._callers.send_away(deployment, _refusal(deployment, state))


_SAID = {
    "loading": "still loading",
    "failed": "not available, its model failed to load",
    "not_loaded": "not available",
}


def _refusal(deployment: str, state: ModelState) -> str:
    because = f": {state.detail}" if state.detail else "."
    return f"{deployment} is {_SAID[state.status]}{because}"
