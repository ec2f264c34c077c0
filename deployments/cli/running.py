"""The graph that runs on this machine, or where RAY_ADDRESS says, as this process finds it."""

from ray import serve
from ray.serve.context import _get_global_client
from ray.serve.schema import ApplicationStatusOverview, ServeApplicationSchema, ServeDeploySchema

from deployments.cli.ray_address import join
from deployments.errors import ConfigError


def applications() -> dict[str, ApplicationStatusOverview]:
    """By name. Raises ConfigError when there is none."""
    join(log_to_driver=False)
    found: dict[str, ApplicationStatusOverview] = serve.status().applications
    if not found:
        raise ConfigError("Ray runs on this machine, but serves no application.")
    return found


def deployed() -> dict[str, ServeApplicationSchema]:
    """What came from files, as it runs, by name."""
    client = _get_global_client()
    assert client
    given = client.get_serve_details()["applications"]
    return {
        name: ServeApplicationSchema(**one["deployed_app_config"])
        for name, one in given.items()
        if one["deployed_app_config"]
    }


def beside_others(schema: ServeDeploySchema) -> ServeDeploySchema:
    """With the applications of others as they run: Serve deletes those of which it is not told again."""
    ours = {application.name for application in schema.applications}
    others = [application for name, application in deployed().items() if name not in ours]
    return schema.model_copy(update={"applications": [*schema.applications, *others]})
