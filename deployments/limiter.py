"""The limiter as an actor: one count for all ingress replicas."""

import logging
from collections.abc import Sequence
from typing import Any

import ray
from ray.serve.config import DeploymentActorConfig

from deployments.config import LimitsConfig
from deployments.deployment_actor import ActorAway, DeploymentActor, declared
from deployments.errors import MissingExtra
from deployments.limits.elsewhere import LimiterElsewhere
from deployments.limits.gathering import Gathering
from deployments.limits.limiter import Grant, Question, Window, uncounted
from deployments.limits.memory import Limiter

logger = logging.getLogger(__name__)

NAME = "limiter"

LimiterActor = ray.remote(Limiter)


def limiter_actors(config: LimitsConfig) -> list[dict[Any, Any] | DeploymentActorConfig]:
    """One belongs to the Ingress, unless Redis counts. What it has counted is lost with it: at most one window."""
    return [] if config.url else [declared(NAME, LimiterActor, config.tracked_clients)]


def limiter_of(config: LimitsConfig) -> LimiterElsewhere:
    """Raises ConfigError for a URL that cannot be meant, or without a client for it."""
    if not config.url:
        return RemoteLimiter(config)
    try:
        from deployments.limits.redis import RedisLimiter  # its client is an extra
    except ModuleNotFoundError as error:
        raise MissingExtra("limits.url", "redis") from error
    return RedisLimiter(config, config.url.get_secret_value())


class RemoteLimiter(LimiterElsewhere):
    """The limiter as seen by an Ingress replica. While the actor is away, everybody is let in, uncounted."""

    def __init__(self, config: LimitsConfig) -> None:
        super().__init__(config)
        self._actor = DeploymentActor(NAME)
        self._gathering = Gathering(self._ask_all)

    async def _ask(self, question: Question, windows: Sequence[Window]) -> Grant:
        return await self._gathering.ask((question, windows))

    async def _ask_all(self, questions: Sequence[tuple[Question, Sequence[Window]]]) -> Sequence[Grant]:
        try:
            grants: Sequence[Grant] = await self._actor.ask("answer", questions)
        except ActorAway:
            logger.warning("The limiter is away; requests are let in uncounted")
            return [uncounted(windows) for _, windows in questions]
        return grants
