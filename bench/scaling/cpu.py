"""CPU seconds by what part of a graph spends them, and by the bench itself, which is its client."""

import re
from collections import Counter

import psutil

from tests.graph.workbench import Workbench

PARTS = {
    r"ray::ProxyActor|ray::HAProxyManager|.*haproxy": "proxy",
    r"ray::ServeReplica:\w+:Ingress": "Ingress",
    r"ray::ServeReplica:\w+:Chat": "Chat",
    r"ray::ServeController": "controller",
}


def spent_s(workbench: Workbench) -> Counter[str]:
    """Since each process began."""
    spent = Counter({"client": _seconds(psutil.Process())})
    for process in workbench.family():
        spent[_part("".join(process.cmdline()[:1]))] += _seconds(process)
    return spent


def _part(title: str) -> str:
    return next((part for pattern, part in PARTS.items() if re.match(pattern, title)), "Ray")


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
