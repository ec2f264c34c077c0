"""Whether the deployments of a file can run on a machine: what they reserve against what there is."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ray.serve.config import AutoscalingConfig
from ray.serve.schema import DeploymentSchema

from deployments.cli.machine import Machine


@dataclass(frozen=True, slots=True)
class Demand:
    """One deployment: replicas at the start and at most, and what each reserves."""

    name: str
    replicas: int
    max_replicas: int
    cpus: float
    gpus: float

    @classmethod
    def of(cls, deployment: DeploymentSchema) -> "Demand":
        options = deployment.ray_actor_options
        start, most = _replicas(deployment)
        given = options.model_dump(exclude_unset=True) if hasattr(options, "model_dump") else {}
        return cls(deployment.name, start, most, given.get("num_cpus", 1), given.get("num_gpus") or 0)


def shortages(demands: list[Demand], machine: Machine) -> Iterator[str]:
    """What keeps the graph from starting, a line each."""
    cpus = sum(demand.cpus * demand.replicas for demand in demands)
    if cpus > machine.cpus:
        yield f"ray_actor_options.num_cpus: all replicas together reserve {cpus:g} CPUs, but there are {machine.cpus:g}"
    shares = [demand.gpus for demand in demands for _ in range(demand.replicas) if demand.gpus]
    if not fits(shares, machine.gpus):
        yield (
            f"ray_actor_options.num_gpus: the replicas need {' + '.join(f'{share:g}' for share in shares)} GPU, but "
            f"there are {machine.gpus}; a replica's share must lie on one GPU (--gpus 2x24GiB checks for another one)"
        )


def ceilings(demands: list[Demand], machine: Machine) -> Iterator[str]:
    """Deployments that may be asked to grow beyond what there is: not wrong, but worth knowing."""
    for demand in demands:
        if demand.max_replicas > demand.replicas and demand.gpus:
            others = [
                other.gpus for other in demands if other is not demand for _ in range(other.replicas) if other.gpus
            ]
            if not fits([*others, *[demand.gpus] * demand.max_replicas], machine.gpus):
                yield f"{demand.name} may grow to {demand.max_replicas} replicas; some of them would wait for a GPU"


def fits(shares: list[float], gpus: int) -> bool:
    """First fit, largest first. Ray lets a fraction share a GPU, and whole numbers take whole ones."""
    free = [1.0] * gpus
    for share in sorted(shares, reverse=True):
        if share >= 1:
            whole = [i for i, left in enumerate(free) if left == 1.0][: math.ceil(share)]
            if len(whole) < share:
                return False
            for i in whole:
                free[i] = 0.0
            continue
        place = next((i for i, left in enumerate(free) if left - share > -1e-9), None)
        if place is None:
            return False
        free[place] -= share
    return True


def _replicas(deployment: DeploymentSchema) -> tuple[int, int]:
    given = deployment.autoscaling_config
    if isinstance(given, dict):
        scaling = AutoscalingConfig.model_validate(given)
        start = scaling.min_replicas if scaling.initial_replicas is None else scaling.initial_replicas
        return start, scaling.max_replicas
    number = deployment.num_replicas
    count = number if isinstance(number, int) else 1
    return count, count
