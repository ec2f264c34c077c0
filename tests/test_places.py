"""Who waits in vain for a machine is told from who is about to start on one."""

from collections import Counter

import pytest
from ray.serve.schema import DeploymentDetails

from deployments.places import GRACE_S, no_room, shape, without_room

NOW = 1_000_000.0
NOWHERE, THERE = {"state": "STARTING"}, {"state": "STARTING", "node_id": "a"}
RUNS, STOPS = {"state": "RUNNING", "node_id": "a"}, {"state": "STOPPING", "node_id": "a"}


def deployment(*replicas: dict[str, str], name: str = "Chat", age_s: float = GRACE_S + 1) -> DeploymentDetails:
    return DeploymentDetails.model_validate(
        {
            "name": name,
            "status": "UNHEALTHY",
            "status_trigger": "HEALTH_CHECK_FAILED",
            "message": "",
            "deployment_config": {"name": name},
            "target_num_replicas": 1,
            "required_resources": {"CPU": 0.5, "GPU": 0.25, "memory": 0},
            "replicas": [
                {"replica_id": str(number), "start_time_s": NOW - age_s} | replica
                for number, replica in enumerate(replicas)
            ],
        }
    )


DEMAND = shape(deployment())


@pytest.mark.parametrize("replicas", [(NOWHERE,), (NOWHERE, NOWHERE)])
def test_a_deployment_without_a_machine_for_which_ray_has_no_room_waits_in_vain(replicas):
    """All its replicas do."""
    assert {"Chat"} == without_room([deployment(*replicas)], Counter({DEMAND: len(replicas)}), NOW)


@pytest.mark.parametrize(
    "replicas", [(), (THERE,), (RUNS,), (NOWHERE, RUNS), (NOWHERE, THERE), (NOWHERE, STOPS), (NOWHERE, NOWHERE)]
)
def test_a_deployment_with_a_replica_on_a_machine_does_not(replicas):
    """It runs, loads, or leaves its place to its successor. Whom Ray has room for is on the way to it."""
    assert set() == without_room([deployment(*replicas)], Counter({DEMAND: 1}), NOW)


def test_who_was_asked_for_a_moment_ago_may_still_be_placed():
    """Seconds later it would be."""
    assert set() == without_room([deployment(NOWHERE, age_s=GRACE_S - 1)], Counter({DEMAND: 1}), NOW)


def test_demands_of_others_say_nothing():
    """Nor does one demand say which of two equal deployments it is of."""
    alike = [deployment(NOWHERE), deployment(NOWHERE, name="Embedder")]

    assert set() == without_room(alike[:1], Counter({frozenset({("CPU", 4.0)}): 1}), NOW)
    assert set() == without_room(alike, Counter({DEMAND: 1}), NOW)
    assert {"Chat", "Embedder"} == without_room(alike, Counter({DEMAND: 2}), NOW)


def test_what_is_missing_is_said():
    """As the configuration has it."""
    assert no_room(deployment()).startswith("no machine has 0.25 GPU and 0.5 CPU free for it; add one, or lower")
