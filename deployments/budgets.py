"""What keys may spend, counted by an actor for all replicas of a deployment that costs money, or by Redis."""

import logging
from typing import Any

import ray
from ray.serve.config import DeploymentActorConfig

from deployments.config import LimitsConfig, TokenBudget
from deployments.deployment_actor import ActorAway, DeploymentActor, declared
from deployments.errors import Uncounted
from deployments.limits.budgets import UNCOUNTED, Budgets, Hold
from deployments.limits.ledger import Ledger

logger = logging.getLogger(__name__)

NAME = "budgets"

LedgerActor = ray.remote(Ledger)


def budget_actors(config: LimitsConfig) -> list[dict[Any, Any] | DeploymentActorConfig]:
    """One, unless Redis counts or nobody has a budget. What it has counted is lost with it."""
    has_any = config.budget is not None or bool(config.budgets)
    return [declared(NAME, LedgerActor)] if has_any and not config.url else []


def budgets_of(config: LimitsConfig) -> Budgets:
    if not config.url:
        return RemoteBudgets(config)
    from deployments.limits.redis_budgets import RedisBudgets  # its client is an extra; the Ingress has asked for it

    return RedisBudgets(config, config.url.get_secret_value())


class RemoteBudgets(Budgets):
    """While the actor is away, nothing is spent."""

    def __init__(self, config: LimitsConfig) -> None:
        super().__init__(config)
        self._actor = DeploymentActor(NAME)

    async def _hold(self, key: str, budget: TokenBudget, tokens: int) -> Hold:
        try:
            hold: Hold = await self._actor.ask("hold", key, budget, tokens)
        except ActorAway:
            logger.error("The budgets' actor is away, and nothing is spent")
            raise Uncounted(UNCOUNTED) from None
        return hold

    async def _settle(self, key: str, span: str, difference: int) -> None:
        try:
            await self._actor.ask("settle", key, span, difference)
        except ActorAway:
            logger.error("The budgets' actor is away; %+d tokens of %s are not booked", difference, key)
