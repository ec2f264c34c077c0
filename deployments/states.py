"""The state of each deployment: from what Serve knows of its replicas, and what those say of their model."""

from collections import Counter
from dataclasses import replace

from ray.serve._private.common import ReplicaState
from ray.serve.context import _get_global_client
from ray.serve.schema import DeploymentDetails, ServeInstanceDetails

from deployments.api.health import ModelState, States
from deployments.notices import Notice, read_notice
from deployments.places import no_room, unplaced


def look(application: str) -> States:
    """The state of each deployment now. Asks the controller, so it takes tens of milliseconds."""
    deployments = _deployments(application)
    homeless = unplaced(deployments.values())
    return {name: _state(one, read_notice(name), name in homeless) for name, one in deployments.items()}


def _deployments(application: str) -> dict[str, DeploymentDetails]:
    """What `serve.status()` asks for too, and leaves out of its answer: where each replica is."""
    client = _get_global_client(raise_if_no_controller_running=False)
    found = ServeInstanceDetails(**client.get_serve_details()).applications.get(application) if client else None
    return found.deployments if found else {}


def _state(deployment: DeploymentDetails, notice: Notice, is_unplaced: bool) -> ModelState:
    """Who is stopping is wanted no more; all others are. The first of a model that wakes may not be named yet.

    A new controller calls recovering what it has not met yet; it serves on.
    """
    states = Counter(replica.state for replica in deployment.replicas)
    wanted = states.total() - states[ReplicaState.STOPPING]
    target = max(wanted, 1) if deployment.status == "UPSCALING" else wanted
    running = states[ReplicaState.RUNNING] + states[ReplicaState.RECOVERING]
    if is_unplaced:
        state = ModelState("not_loaded", no_room(deployment), is_unplaced=True)
    else:
        state = _condition(deployment.status, notice, running, target)
    return replace(state, running=running, target=target)


def _condition(status: str, notice: Notice, running: int, target: int) -> ModelState:
    if running:
        return ModelState("loaded", notice.remark, notice.context_tokens, notice.supports_tools, notice.fingerprint)
    if status == "DEPLOY_FAILED" or notice.has_failed:
        return ModelState("failed", notice.detail or "its replica did not start; the log says why")
    if status in ("HEALTHY", "DOWNSCALING") and not target:
        return ModelState("not_loaded", fingerprint=notice.fingerprint)
    return ModelState("loading", notice.detail, is_waking=status == "UPSCALING")
