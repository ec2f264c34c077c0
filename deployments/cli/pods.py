"""Which worker nodes a file's deployments need: whole GPUs, and CPUs beside them. It knows nothing of Kubernetes."""

import math
from collections import defaultdict
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
        start, most = (sum(d.cpus * n for d, n in _counted(members, at_most=at_most)) for at_most in (False, True))
        nodes = max((demand.replicas for demand in members), default=1)  # so that each replica may have its own
        cpus = max(1, math.ceil(start / nodes))
        return NodeGroup(0, cpus, nodes, max(nodes, math.ceil(most / cpus)))
    start_nodes, most_nodes = (_packed(members, gpus, at_most=at_most) for at_most in (False, True))
    cpus = math.ceil(max(node.cpus for node in most_nodes))
    return NodeGroup(gpus, cpus, len(start_nodes), len(most_nodes))


def _packed(members: list[Demand], gpus: int, *, at_most: bool) -> list[_Node]:
    nodes: list[_Node] = []
    for demand, count in sorted(_counted(members, at_most=at_most), key=lambda pair: -pair[0].gpus):
        for _ in range(count):
            node = next((node for node in nodes if node.free - demand.gpus > -1e-9), None)
            if node is None:
                nodes.append(node := _Node(float(gpus)))
            node.free -= demand.gpus
            node.cpus += demand.cpus
    return nodes


def _counted(members: list[Demand], *, at_most: bool) -> list[tuple[Demand, int]]:
    return [(demand, demand.max_replicas if at_most else demand.replicas) for demand in members]
