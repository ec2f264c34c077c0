"""Which worker nodes a file's deployments need: whole GPUs, and CPUs beside them. It knows nothing of Kubernetes."""

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from deployments.cli.capacity import Demand


@dataclass(frozen=True, slots=True)
class NodeGroup:
    """Equal nodes: so many at the start, and so many at most."""

    gpus: int
    cpus: int
    nodes: int
    max_nodes: int

    @property
    def name(self) -> str:
        return "cpu" if not self.gpus else "gpu" if self.gpus == 1 else f"gpu-{self.gpus}"


@dataclass(slots=True)
class _Node:
    free: float
    cpus: float = 0.0


def node_groups(demands: list[Demand]) -> list[NodeGroup]:
    """Fractions share nodes of one GPU, first fit, largest first; a replica of several GPUs has a node of its own."""
    groups: defaultdict[int, list[Demand]] = defaultdict(list)
    for demand in demands:
        groups[math.ceil(demand.gpus)].append(demand)
    return [_group(gpus, members) for gpus, members in sorted(groups.items())]


def _group(gpus: int, members: list[Demand]) -> NodeGroup:
    if not gpus:
        return _without_gpus(members)
    start, most = (_packed(members, gpus, lambda demand: demand.gpus, at_most=at_most) for at_most in (False, True))
    return NodeGroup(gpus, math.ceil(max(node.cpus for node in most)), len(start), len(most))


def _without_gpus(members: list[Demand]) -> NodeGroup:
    """As many nodes as a deployment has replicas, so that each may have its own, or more where CPUs say so."""
    nodes = max((demand.replicas for demand in members), default=1)
    largest, together = max(d.cpus for d in members), sum(d.cpus * d.replicas for d in members)
    cpus = max(1, math.ceil(largest), math.ceil(together / nodes))
    start, most = (
        len(_packed(members, cpus, lambda demand: demand.cpus, at_most=at_most)) for at_most in (False, True)
    )
    return NodeGroup(0, cpus, max(nodes, start), max(nodes, most))


def _packed(members: list[Demand], room: int, need: Callable[[Demand], float], *, at_most: bool) -> list[_Node]:
    nodes: list[_Node] = []
    for demand in sorted(members, key=need, reverse=True):
        for _ in range(demand.max_replicas if at_most else demand.replicas):
            node = next((node for node in nodes if node.free - need(demand) > -1e-9), None)
            if node is None:
                nodes.append(node := _Node(float(room)))
            node.free -= need(demand)
            node.cpus += demand.cpus
    return nodes
