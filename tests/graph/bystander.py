"""An application of somebody else: `python -m tests.graph.bystander` deploys it in the Serve of RAY_ADDRESS."""

from pathlib import Path

import ray
from ray import serve
from ray.serve.context import _get_global_client
from ray.serve.schema import ServeApplicationSchema, ServeDeploySchema

from deployments.cli.running import beside_others

NAME = "bystander"


@serve.deployment(ray_actor_options={"num_cpus": 0})
class Bystander:
    def __call__(self) -> str:
        return "still here"


app = Bystander.bind()

if __name__ == "__main__":
    ray.init(address="auto", namespace="serve")
    workers = {"env_vars": {"PYTHONPATH": str(Path(__file__).parents[2])}}
    application = ServeApplicationSchema(
        name=NAME, import_path="tests.graph.bystander:app", route_prefix="/bystander", runtime_env=workers
    )
    client = _get_global_client()
    assert client
    client.deploy_apps(beside_others(ServeDeploySchema(applications=[application])), _blocking=True)
