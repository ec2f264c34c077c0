"""Replicas of the Embedder come with the work that waits, however it is cut into requests."""

import pytest
import yaml
from ray.serve._private.common import DeploymentID, ReplicaID
from ray.serve.config import AutoscalingConfig, AutoscalingContext
from ray.serve.schema import ServeDeploySchema

from deployments.scaling import QUEUED_TOKENS, QueuedTokens
from tests.graph.workbench import ROOT


def context(tokens: dict[str, float], requests: float) -> AutoscalingContext:
    deployment = DeploymentID("Embedder", "workbench")
    replicas = {ReplicaID(name, deployment): value for name, value in tokens.items()}
    return AutoscalingContext(
        deployment_id=deployment,
        deployment_name="Embedder",
        app_name="workbench",
        current_num_replicas=len(tokens),
        target_num_replicas=len(tokens),
        running_replicas=list(replicas),
        total_num_requests=requests,
        total_queued_requests=0,
        aggregated_metrics={QUEUED_TOKENS: replicas} if tokens else {},
        raw_metrics={},
        capacity_adjusted_min_replicas=0,
        capacity_adjusted_max_replicas=9,
        policy_state={},
        last_scale_up_time=None,
        last_scale_down_time=None,
        current_time=None,
        config=AutoscalingConfig(target_ongoing_requests=10),
    )


@pytest.mark.parametrize(
    ("tokens", "requests", "wanted"),
    [
        ({"a": 0}, 0, 0),
        ({"a": 3000}, 1, 3),
        ({"a": 3000, "b": 500}, 1, 3.5),
        ({"a": 10}, 40, 4),
        ({}, 5, 0.5),
    ],
)
def test_tokens_count_where_they_want_more_than_requests_do(tokens, requests, wanted):
    """A single request may be two thousand texts; without a replica there are no tokens to tell."""
    assert (wanted, {}) == QueuedTokens(tokens_per_replica=1000)(context(tokens, requests))


def test_the_cluster_scales_by_it():
    """Serve accepts what the YAML says, and can make the policy of it."""
    schema = ServeDeploySchema.model_validate(yaml.safe_load((ROOT / "configs" / "cluster.yaml").read_text()))
    [embedder] = [each for each in schema.applications[0].deployments if each.name == "Embedder"]
    policy = AutoscalingConfig.model_validate(embedder.autoscaling_config).policy

    assert QueuedTokens is policy.get_policy()
    assert QueuedTokens(**policy.policy_kwargs)
