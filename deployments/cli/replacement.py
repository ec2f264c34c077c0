"""Who a changed file replaces, and whether a replica can stay until its successor serves. It asks nobody."""

from collections.abc import Iterable, Iterator
from typing import Any

from ray.serve.schema import DeploymentSchema, ServeApplicationSchema

from deployments.cli.capacity import Demand, fits
from deployments.cli.machine import Machine


def replaced(before: ServeApplicationSchema, after: ServeApplicationSchema) -> list[DeploymentSchema]:
    """Of `after`, those whose replicas give way to others."""
    if _version(before) != _version(after):
        return after.deployments
    known = {deployment.name: deployment.ray_actor_options for deployment in before.deployments}
    return [one for one in after.deployments if one.name in known and known[one.name] != one.ray_actor_options]


def standstills(deployments: Iterable[DeploymentSchema], taken: list[Demand], machine: Machine) -> Iterator[str]:
    """Those that wait for ever for a place which only their predecessors could give, a line each."""
    for deployment in filter(_has_surge, deployments):
        if lack := lack_of_room(Demand.of(deployment), taken, machine):
            yield (
                f"{deployment.name}.max_surge_percent: {lack}. Set it to 0: replicas then go before their successors "
                "load. Or lower what replicas reserve"
            )


def absences(deployments: Iterable[DeploymentSchema], taken: list[Demand], machine: Machine) -> Iterator[str]:
    """Those that nobody stands in for meanwhile, a line each, and what could be done about it."""
    running = {demand.name for demand in taken if demand.replicas == 1}
    for deployment in deployments:
        if deployment.name in running and not _has_surge(deployment):
            lack = lack_of_room(Demand.of(deployment), taken, machine)
            advice = f"To keep it, there is no room: {lack}" if lack else "max_surge_percent: 100 would keep it"
            yield f"{deployment.name} is away, with 503 for its callers, until its only replica is replaced. {advice}"


def lack_of_room(successor: Demand, taken: list[Demand], machine: Machine) -> str | None:
    """What keeps one more replica from starting beside all that run."""
    shares = [demand.gpus for demand in taken for _ in range(demand.replicas) if demand.gpus]
    if successor.gpus and not fits([*shares, successor.gpus], machine.gpus):
        beside = " + ".join(f"{share:g}" for share in shares) or "nothing"
        return f"a successor takes {successor.gpus:g} GPU beside {beside} in use, but there are {machine.gpus}"
    cpus = sum(demand.cpus * demand.replicas for demand in taken)
    if successor.cpus + cpus > machine.cpus:
        return f"a successor takes {successor.cpus:g} CPUs beside {cpus:g} in use, but there are {machine.cpus:g}"
    return None


def _has_surge(deployment: DeploymentSchema) -> bool:
    return isinstance(deployment.max_surge_percent, int) and deployment.max_surge_percent > 0


def _version(application: ServeApplicationSchema) -> tuple[Any, ...]:
    """What Serve takes for another version of all deployments."""
    routers = {deployment.name: deployment.request_router_config for deployment in application.deployments}
    return application.import_path, application.runtime_env, application.args, routers
