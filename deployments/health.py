"""How the graph is doing: watched in the background, so that asking costs nothing and waits for nobody."""

import asyncio
import logging
import threading
import time
from dataclasses import replace

from ray import serve
from ray.serve._private.common import ReplicaState
from ray.serve.schema import DeploymentStatusOverview

from deployments.api.health import LOADING, ModelState, States
from deployments.errors import ModelNotReady
from deployments.notices import Notice, read_notice

logger = logging.getLogger(__name__)

PERIOD_S, SETTLED_PERIOD_S = 0.5, 5.0  # a look costs the controller and us some 40 ms of CPU


class GraphHealth:
    """What it says is at most half a second old while something is loading or has failed, and five when all is well."""

    def __init__(self, application: str) -> None:
        self._application = application
        self._looking = threading.Lock()
        self._states: States = {}
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
            because = f": {state.detail}" if state.detail else "."
            raise ModelNotReady(f"{deployment} is {_SAID[state.status]}{because}")

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


_SAID = {"loading": "still loading", "failed": "not available, its model failed to load"}


def look(application: str) -> States:
    """The state of each deployment now. Asks the controller, so it takes tens of milliseconds."""
    overview = serve.status().applications.get(application)
    deployments = overview.deployments if overview else {}
    return {name: _state(status, read_notice(name)) for name, status in deployments.items()}


def _state(overview: DeploymentStatusOverview, notice: Notice) -> ModelState:
    """Who is stopping is wanted no more; all others are. The first of a model that wakes may not be named yet.

    A new controller calls recovering what it has not met yet; it serves on.
    """
    states = overview.replica_states
    wanted = sum(count for state, count in states.items() if state != ReplicaState.STOPPING)
    target = max(wanted, 1) if overview.status == "UPSCALING" else wanted
    running = states.get(ReplicaState.RUNNING, 0) + states.get(ReplicaState.RECOVERING, 0)
    return replace(_condition(overview.status, notice, running, target), running=running, target=target)


def _condition(status: str, notice: Notice, running: int, target: int) -> ModelState:
    if running:
        return ModelState("loaded", notice.remark, notice.context_tokens, notice.supports_tools, notice.fingerprint)
    if status == "DEPLOY_FAILED" or notice.has_failed:
        return ModelState("failed", notice.detail or "its replica did not start; the log says why")
    if status in ("HEALTHY", "DOWNSCALING") and not target:
        return ModelState("not_loaded", fingerprint=notice.fingerprint)
    return ModelState("loading", notice.detail, is_waking=status == "UPSCALING")
