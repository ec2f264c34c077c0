"""The limiter as an actor: one count for all ingress replicas."""

import logging
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
from deployments.limits.messages import Address, Asked
from deployments.limits.port import Port
from deployments.limits.way import Way

logger = logging.getLogger(__name__)

NAME = "limiter"


class ListeningLimiter:
    """Answers on a port of its machine, which takes a fifth of the time of a call to an actor; and by such calls."""

    def __init__(self, tracked_clients: int) -> None:
        self._limiter = Limiter(tracked_clients)
        self._port = Port(self._limiter.answer)

    async def address(self) -> Address:
        """Who may call an actor of this cluster may ask on the port."""
        return await self._port.address(ray.util.get_node_ip_address())  # type: ignore[no-untyped-call]

    async def answer(self, questions: list[Asked]) -> list[Grant]:
        return self._limiter.answer(questions)


LimiterActor = ray.remote(ListeningLimiter)


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
        self._way = Way(DeploymentActor(NAME))
        self._gathering = Gathering(self._ask_all)

    async def _ask(self, question: Question, windows: list[Window]) -> Grant:
        return await self._gathering.ask((question, windows))

    async def _ask_all(self, questions: list[Asked]) -> list[Grant]:
        try:
            return await self._way.ask(questions)
        except (ActorAway, OSError) as error:
            logger.warning("The limiter is away (%r); requests are let in uncounted", error)
            return [uncounted(windows) for _, windows in questions]
