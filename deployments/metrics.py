"""The metrics of every node of the cluster, as one text for Prometheus."""

import asyncio
from collections.abc import Iterable

import httpx
import ray


class ClusterMetrics:
    """Ray's agent on each node exports what all its processes count, ours included."""

    async def text(self) -> str:
        nodes = [node for node in await asyncio.to_thread(ray.nodes) if node["Alive"]]
        async with httpx.AsyncClient(timeout=5) as client:
            pages = await asyncio.gather(*(_page(client, node) for node in nodes))
        return merge(pages)


async def _page(client: httpx.AsyncClient, node: dict[str, object]) -> str:
    """A node whose agent does not answer is left out, as a node that is down would be."""
    try:
        response = await client.get(f"http://{node['NodeManagerAddress']}:{node['MetricsExportPort']}/metrics")
    except httpx.HTTPError:
        return ""
    return response.text if response.is_success else ""


def merge(pages: Iterable[str]) -> str:
    """Samples of one metric must stand together, under one description."""
    families: dict[str, list[str]] = {}
    for page in pages:
        family = ""
        for line in page.splitlines():
            if line.startswith("# HELP "):
                family = line.split(" ", 3)[2]
            samples = families.setdefault(family, [])
            if not line.startswith("#") or line not in samples:
                samples.append(line)
    return "".join(f"{line}\n" for lines in families.values() for line in lines)
