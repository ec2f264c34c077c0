"""How many replicas of a deployment its waiting work wants. Named in the YAML, run by Serve's controller."""

from typing import Any

from ray.serve.config import AutoscalingContext

QUEUED_TOKENS = "queued_tokens"


class QueuedTokens:
    """As many as keep `tokens_per_replica` waiting at each, or as the number of requests wants, if that is more.

    A request may hold one text or two thousand, so their number alone says little. Replicas tell their tokens by
    `record_autoscaling_stats`.
    """

    def __init__(self, tokens_per_replica: int) -> None:
        self._tokens_per_replica = tokens_per_replica

    def __call__(self, context: AutoscalingContext) -> tuple[float, dict[str, Any]]:
        waiting = (context.aggregated_metrics or {}).get(QUEUED_TOKENS, {}).values()
        by_tokens = sum(waiting) / self._tokens_per_replica
        assert context.config
        by_requests = context.total_num_requests / context.config.get_target_ongoing_requests()
        return max(by_tokens, by_requests), {}
