"""Three nodes serve the cluster's file, and one of them dies under load."""

import asyncio
import time
from pathlib import Path

import pytest
import yaml

from tests.graph.cluster import ray_cluster
from tests.graph.load import Load
from tests.graph.workbench import UP, Workbench
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow
GENEROUS = {"calls": 100_000, "seconds": 60}


def cluster_file(database_url: str, redis_url: str) -> dict:
    """The cluster's, with small models, one proxy for three nodes that share a machine, and services that are here."""
    raw = yaml.safe_load((ROOT / "configs" / "cluster.yaml").read_text())
    raw["http_options"] |= {"host": "127.0.0.1", "port": free_port()}
    raw["proxy_location"] = "HeadOnly"
    args, small = raw["applications"][0]["args"], {"context_tokens": 1024, "threads": 1, "gpu_layers": 0}
    args["embedding"] = {"model": "builtin://all-MiniLM-L6-v2", "threads": 1, "device": "cpu"}
    args["chat"] = {"model": "builtin://pocket-chat", "slots": 4} | small
    args["summary"]["model"] = {"model": "builtin://pocket-chat", "slots": 2} | small
    args["limits"] = {"url": redis_url, "embed": GENEROUS, "chat": GENEROUS, "summarize": GENEROUS}
    args["sessions"] = {"url": database_url}
    del args["models_dir"]
    for entry in raw["applications"][0]["deployments"]:
        entry["health_check_period_s"], entry["health_check_timeout_s"] = 1, 5
    return raw


@pytest.fixture
def cluster():
    with ray_cluster(workers=2) as cluster:
        yield cluster


@pytest.fixture
async def workbench(cluster, tmp_path, postgresql, redis_server):
    raw = cluster_file(await postgresql.new_database(), redis_server.url)
    names = ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN_PATH", "WORKBENCH_API_KEYS")
    environment = {name: cluster.environment[name] for name in names}
    workbench = Workbench(raw, tmp_path, UP, RAY_ADDRESS=cluster.address, **environment)
    workbench.wait_until_up(200)
    yield workbench
    workbench.kill()


async def test_a_node_dies_and_the_others_serve_on(cluster, workbench):
    """No answer is lost that had not begun; a stream that breaks says so; after ten seconds all is as before."""
    load = Load(workbench.url)
    running = asyncio.create_task(load.run(30))
    await asyncio.sleep(6)
    killed = time.monotonic()
    cluster.nodes[1].kill()
    await running

    gaps = [later - earlier for earlier, later in zip(load.served, load.served[1:], strict=False)]
    assert all(failure.kind == "stream" and failure.code for failure in load.failures), load.failures
    assert max(gaps) < 10
    assert [served for served in load.served if served > killed + 10]
