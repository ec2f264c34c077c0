"""Whether Ray has a place for a deployment's replicas. Serve says who is not on a machine yet, Ray what has no room."""

import time
from collections import Counter
from collections.abc import Collection

import ray
from ray.autoscaler.v2.sdk import get_cluster_status
from ray.serve._private.common import ReplicaState
from ray.serve.schema import DeploymentDetails, ReplicaDetails

GRACE_S = 5.0  # where there is room, the successor of a dead replica has its place within one
ASK_S = 2  # for an answer that takes milliseconds

Shape = frozenset[tuple[str, float]]  # what one replica reserves, as Ray counts


def unplaced(deployments: Collection[DeploymentDetails]) -> set[str]:
    """The names of those that wait for a machine with room. Ray is asked only if one may be among them."""
    now = time.time()
    if not any(waits_for_a_place(deployment, now) for deployment in deployments):
        return set()
    return without_room(deployments, _demands(), now)


def without_room(deployments: Collection[DeploymentDetails], demands: Counter[Shape], now: float) -> set[str]:
    """Room is reserved before a process starts in it, so fewer demands than replicas: one of these is on its way."""
    nowhere = Counter[Shape]()
    for deployment in deployments:
        nowhere[shape(deployment)] += sum(map(_is_nowhere, deployment.replicas))
    waiting = [deployment for deployment in deployments if waits_for_a_place(deployment, now)]
    return {one.name for one in waiting if demands[shape(one)] >= nowhere[shape(one)]}


def waits_for_a_place(deployment: DeploymentDetails, now: float) -> bool:
    """Nobody of it is on a machine; who is stopping still is, and is about to leave its place to a successor."""
    replicas = deployment.replicas
    asked = min((replica.start_time_s for replica in replicas), default=now)
    return all(map(_is_nowhere, replicas)) and now - asked > GRACE_S


def shape(deployment: DeploymentDetails) -> Shape:
    return _shape(deployment.required_resources)


def no_room(deployment: DeploymentDetails) -> str:
    """In words that say what to do."""
    amounts = " and ".join(f"{amount:g} {name}" for name, amount in sorted(shape(deployment), reverse=True))
    return (
        f"no machine has {amounts} free for it; add one, "
        "or lower ray_actor_options or the number of replicas of what runs"
    )


def _is_nowhere(replica: ReplicaDetails) -> bool:
    return replica.state == ReplicaState.STARTING and replica.node_id is None


def _demands() -> Counter[Shape]:
    """What Ray was asked for and has no room for."""
    status = get_cluster_status(ray.get_runtime_context().gcs_address, timeout=ASK_S)
    demands = Counter[Shape]()
    for demand in status.resource_demands.ray_task_actor_demand:
        for bundle in demand.bundles_by_count:
            demands[_shape(bundle.bundle)] += bundle.count
    return demands


def _shape(resources: dict[str, float]) -> Shape:
    return frozenset((name, round(amount, 4)) for name, amount in resources.items() if amount)
