"""The graph that runs on this machine, or where RAY_ADDRESS says, as this process finds it."""

from ray import serve
from ray.serve.schema import ApplicationStatusOverview

from deployments.cli.ray_address import join
from deployments.errors import ConfigError


def applications() -> dict[str, ApplicationStatusOverview]:
    """By name. Raises ConfigError when there is none."""
    join(log_to_driver=False)
    found: dict[str, ApplicationStatusOverview] = serve.status().applications
    if not found:
        raise ConfigError("Ray runs on this machine, but serves no application.")
    return found
