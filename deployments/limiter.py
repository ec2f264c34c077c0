"""The limiter as an actor: one count for all ingress replicas, watched and replaced by Serve's controller."""

import contextlib
import logging
from typing import Any

import ray
from ray import serve
from ray.exceptions import RayActorError
from ray.serve.config import DeploymentActorConfig

from deployments.config import LimitsConfig
from deployments.limits.limiter import Caller, Grant, Kind, Limiter

logger = logging.getLogger(__name__)

NAME = "limiter"


def limiter_actor(config: LimitsConfig) -> DeploymentActorConfig:
    """Belongs to the Ingress. What it has counted is lost with it, which is at most one window."""
    return DeploymentActorConfig(
        name=NAME, actor_class=LimiterActor, init_args=(config.model_dump(),), actor_options={"num_cpus": 0}
    )


@ray.remote
class LimiterActor(Limiter):
    """On its way to an actor, Serve makes a dictionary of every model."""

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(LimitsConfig.model_validate(fields))


class RemoteLimiter:
    """The limiter as seen by an Ingress replica. While the actor is being replaced, everybody is let in."""

    def __init__(self, config: LimitsConfig) -> None:
        self._config = config
        self._actor = serve.get_deployment_actor(NAME)

    async def acquire(self, kind: Kind, caller: Caller) -> Grant:
        return await self._ask("acquire", kind, caller)

    async def peek(self, kind: Kind, caller: Caller) -> Grant:
        return await self._ask("peek", kind, caller)

    async def refund(self, kind: Kind, caller: Caller) -> Grant:
        return await self._ask("refund", kind, caller)

    async def _ask(self, question: str, kind: Kind, caller: Caller) -> Grant:
        try:
            grant: Grant = await getattr(self._actor, question).remote(kind, caller)
            return grant
        except RayActorError:
            logger.warning("The limiter is being replaced; requests are let in uncounted")
            self._find_successor()
            calls = getattr(self._config, kind).calls
            return Grant(allowed=True, limit=calls, remaining=calls, reset_s=1)

    def _find_successor(self) -> None:
        with contextlib.suppress(ValueError):  # not there yet; the next request asks again
            self._actor = serve.get_deployment_actor(NAME)
