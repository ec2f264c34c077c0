"""What a deploy will do to those who are served is known before it begins."""

import pytest
from ray.serve.schema import ServeApplicationSchema

from deployments.cli.capacity import Demand
from deployments.cli.machine import Machine
from deployments.cli.replacement import absences, replaced, standstills

ONE_GPU = Machine(cpus=8, gpus=1)


def application(model: str = "a.gguf", gpus: float = 0.5, **chat) -> ServeApplicationSchema:
    return ServeApplicationSchema(
        name="workbench",
        import_path="deployments.app:build_app",
        args={"chat": {"model": model}},
        deployments=[
            {"name": "Embedder", "num_replicas": 2, "ray_actor_options": {"num_cpus": 1, "num_gpus": 0.1}},
            {"name": "Chat", "num_replicas": 1, "ray_actor_options": {"num_cpus": 2, "num_gpus": gpus}, **chat},
        ],
    )


def taken(running: ServeApplicationSchema) -> list[Demand]:
    return [Demand.of(deployment) for deployment in running.deployments]


@pytest.mark.parametrize(
    ("after", "names"),
    [
        (application(), []),
        (application(max_ongoing_requests=8), []),
        (application(gpus=0.6), ["Chat"]),
        (application("b.gguf"), ["Embedder", "Chat"]),
    ],
    ids=["nothing", "a queue", "a reservation", "a model"],
)
def test_it_is_known_who_gives_way(after, names):
    """Any argument replaces all; what stands in an entry replaces its own replicas, or none."""
    assert names == [deployment.name for deployment in replaced(application(), after)]


@pytest.mark.parametrize(
    ("gpus", "machine", "lack"),
    [
        (0.3, ONE_GPU, None),
        (0.4, ONE_GPU, "a successor takes 0.4 GPU beside 0.1 + 0.1 + 0.5 in use, but there are 1"),
        (0.4, Machine(cpus=8, gpus=2), None),
        (0.3, Machine(cpus=5, gpus=1), "a successor takes 2 CPUs beside 4 in use, but there are 5"),
    ],
)
def test_a_successor_that_would_wait_for_its_predecessor_s_place_is_refused(gpus, machine, lack):
    """With what it needs, what is taken, and what to do."""
    after = application("b.gguf", gpus, max_surge_percent=100)
    [*lines] = standstills(after.deployments, taken(application()), machine)

    assert bool(lack) == len(lines)
    assert all(line.startswith(f"Chat.max_surge_percent: {lack}. Set it to 0") for line in lines)


def test_whoever_is_away_meanwhile_is_named():
    """Who has no second replica, and does not stay until its successor serves; whether it could is said too."""
    after = application("b.gguf")
    [small] = absences(after.deployments, taken(application(gpus=0.3)), ONE_GPU)
    [large] = absences(application(gpus=0.6).deployments, taken(application(gpus=0.6)), ONE_GPU)

    assert small.startswith("Chat is away, with 503 for its callers")
    assert small.endswith("max_surge_percent: 100 would keep it")
    assert "there is no room: a successor takes 0.6 GPU beside 0.1 + 0.1 + 0.6" in large
    assert [] == list(absences(application(max_surge_percent=100).deployments, taken(after), ONE_GPU))
