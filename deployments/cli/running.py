"""The graph that runs on this machine, or where RAY_ADDRESS says, as this process finds it."""

import logging

import ray
from ray import serve
from ray.serve.schema import ApplicationStatusOverview

from deployments.errors import ConfigError


def applications() -> dict[str, ApplicationStatusOverview]:
    """By name. Raises ConfigError when there is none."""
    try:
        ray.init(address="auto", namespace="serve", logging_level=logging.ERROR, log_to_driver=False)
    except ConnectionError:
        raise ConfigError("Nothing runs on this machine. Start it with `workbench up serve_config.yaml`.") from None
    found: dict[str, ApplicationStatusOverview] = serve.status().applications
    if not found:
        raise ConfigError("Ray runs on this machine, but serves no application.")
    return found
