"""An actor that belongs to a deployment and is shared by its replicas: asked, and found again when it was replaced.

Serve's controller watches it. What it held in memory is lost with it.
"""

import asyncio
from typing import Any

from ray import serve
from ray.exceptions import RayActorError
from ray.serve.config import DeploymentActorConfig

ANSWER_S = 1.0  # that it may take; then it counts as away, though its node may not be known to be dead yet


class ActorAway(Exception):
    """It has died, or does not answer; Serve is about to replace it."""


class DeploymentActor:
    """As seen by a replica of its deployment."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._actor: Any = None

    async def ask(self, question: str, *arguments: Any) -> Any:
        """Raises ActorAway."""
        actor = self._found()
        try:
            async with asyncio.timeout(ANSWER_S):
                return await getattr(actor, question).remote(*arguments)
        except (RayActorError, TimeoutError):
            self.forget()
            raise ActorAway(self._name) from None

    def forget(self) -> None:
        """The next question looks for its successor."""
        self._actor = None

    def _found(self) -> Any:
        try:
            self._actor = self._actor or serve.get_deployment_actor(self._name)
        except ValueError:
            raise ActorAway(self._name) from None
        return self._actor


def declared(name: str, actor_class: Any, *arguments: Any) -> dict[Any, Any] | DeploymentActorConfig:
    """To be declared with the deployment. On its way to an actor, Serve makes a dictionary of every model."""
    return DeploymentActorConfig(name=name, actor_class=actor_class, init_args=arguments, actor_options={"num_cpus": 0})
