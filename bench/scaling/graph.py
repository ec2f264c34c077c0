"""Starts the graph of app.py with so many replicas of Chat, and waits until all of them serve."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.graph import KEY
from tests.graph.workbench import NO_LIMITS, ROOT, SERVE_RUN, Workbench, config

SLOTS, CONTEXT_TOKENS = 32, 4096
CHAT = {"slots": SLOTS, "context_tokens": CONTEXT_TOKENS, "threads": 1}
PATIENCE_S = 180


def yaml_of(replicas: int) -> dict[str, Any]:
    """The default file but for models that sleep, and an affinity that is timed."""
    raw = config(limits=NO_LIMITS, chat=CHAT)
    application = raw["applications"][0]
    application["import_path"] = "bench.scaling.app:build_app"
    application["deployments"] = [one for one in application["deployments"] if one["name"] != "Gemini"]
    entries = {one["name"]: one for one in application["deployments"]}
    for one in entries.values():
        one["ray_actor_options"] = {"num_cpus": 0.01}
    entries["Chat"] |= {"num_replicas": replicas, "max_ongoing_requests": SLOTS + 64}
    entries["Chat"]["request_router_config"]["request_router_class"] = "bench.scaling.timed_router.TimedRouter"
    return raw


@asynccontextmanager
async def sleeping(replicas: int, **changed: str) -> AsyncIterator[Workbench]:
    """With Serve's switches `changed` so. Beside its YAML lies `lookups`: the times of choices between replicas."""
    with tempfile.TemporaryDirectory() as folder:
        raw = yaml_of(replicas)
        switches = raw.pop("controller_options")["runtime_env"]["env_vars"]  # as `workbench up` hands them on
        workbench = Workbench(
            raw,
            Path(folder),
            SERVE_RUN,
            WORKBENCH_API_KEYS=f"bench:{KEY}",
            PYTHONPATH=str(ROOT),
            BENCH_LOOKUPS=str(Path(folder) / "lookups"),
            **(switches | changed),
        )
        try:
            async with asyncio.timeout(PATIENCE_S):
                await _until_all_serve(workbench, replicas)
            yield workbench
        finally:
            workbench.kill()


async def _until_all_serve(workbench: Workbench, replicas: int) -> None:
    async with httpx.AsyncClient(base_url=workbench.url) as http:
        while await _running(http) < replicas:
            await asyncio.sleep(0.5)


async def _running(http: httpx.AsyncClient) -> int:
    try:
        health = await http.get("/health")
    except httpx.TransportError:
        return 0
    return int(health.json()["chat_model"]["replicas"]["running"]) if health.is_success else 0
