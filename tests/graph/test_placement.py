"""Replicas lie where their fractions put them, and see no other GPU."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ray
import yaml
from ray import serve

from deployments.cli.memory_plan import HIDES_GPUS

RAW = yaml.safe_load((Path(__file__).parents[2] / "configs" / "workstation.yaml").read_text())
DEPLOYMENTS = {entry["name"]: entry["ray_actor_options"] for entry in RAW["applications"][0]["deployments"]}
ON_A_GPU = {"Embedder", "Chat", "SummaryModel"}


@contextmanager
def machine(gpus: int) -> Iterator[None]:
    ray.init(
        num_cpus=12,
        num_gpus=gpus,
        include_dashboard=False,
        log_to_driver=False,
        object_store_memory=100 * 1024 * 1024,
        runtime_env={"env_vars": {HIDES_GPUS: RAW["controller_options"]["runtime_env"]["env_vars"][HIDES_GPUS]}},
    )
    serve.start(proxy_location="Disabled")
    yield
    serve.shutdown()
    ray.shutdown()


class Probe:
    """Stands where a model would."""

    async def sees(self) -> str:
        return os.environ.get("CUDA_VISIBLE_DEVICES", "all")


def started(*names: str) -> list[str]:
    """What a replica of each of these deployments sees, once all are up."""
    probes = [serve.deployment(name=name, ray_actor_options=DEPLOYMENTS[name])(Probe).bind() for name in names]
    targets = [
        serve.RunTarget(probe, name=f"{name}-{i}", route_prefix=None)
        for i, (name, probe) in enumerate(zip(names, probes, strict=True))
    ]
    return [handle.sees.remote().result(timeout_s=30) for handle in serve.run_many(targets)]


def test_the_workstation_s_set_packs_on_one_gpu():
    """Whoever reserves a share sees that GPU, and whoever reserves nothing sees none."""
    with machine(gpus=1):
        seen = dict(zip(DEPLOYMENTS, started(*DEPLOYMENTS), strict=True))

    assert {"0": ON_A_GPU, "": set(DEPLOYMENTS) - ON_A_GPU} == {
        card: {name for name in seen if seen[name] == card} for card in seen.values()
    }


def test_two_copies_of_the_set_pack_on_two_gpus():
    """Also where the largest come last, no share is left without a card that has room for it."""
    with machine(gpus=2):
        seen = Counter(card for name in ("SummaryModel", "Embedder", "Chat") for card in started(name, name))

    assert {"0", "1"} == set(seen)
    assert 6 == seen.total()
