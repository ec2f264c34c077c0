"""A RayService for KubeRay, made of the same Serve YAML. It writes a manifest and asks no cluster."""

from typing import Any

import ray
import yaml

from deployments import __version__
from deployments.cli.capacity import Demand
from deployments.cli.check import require_none
from deployments.cli.pods import NodeGroup, node_groups
from deployments.cli.ray_environment import SWITCHES
from deployments.cli.serve_file import ServeFile

NAME = "workbench"
SECRET = "workbench"  # WORKBENCH_API_KEYS, WORKBENCH_SESSIONS_URL, WORKBENCH_LIMITS_URL, HF_TOKEN
CLAIM = "workbench-models"  # a volume that many nodes may write, so that a model is fetched once
HEAD = {"cpu": "1", "memory": "4Gi"}
CPU_MEMORY, SHARED_MEMORY = "4Gi", "1Gi"
SPARE_S = 30  # for Ray's own end, after the longest answer
USER = 1000  # the image's


def manifest(file: ServeFile, *, image: str | None = None, gpu_memory: str = "32Gi") -> dict[str, Any]:
    """`gpu_memory` is the host memory of a node with GPUs. Raises ConfigError for a file that pods could not run."""
    _require_for_pods(file)
    groups = node_groups([Demand.of(deployment) for deployment in file.deployments.values()])
    image = image or f"egemma-serve:{__version__}{'-cuda' if any(group.gpus for group in groups) else ''}"
    workers = [_worker(file, group, image, gpu_memory if group.gpus else CPU_MEMORY) for group in groups]
    cluster = {
        "rayVersion": ray.__version__,
        "enableInTreeAutoscaling": any(group.max_nodes > group.nodes for group in groups),
        "headGroupSpec": _head(file, image),
        "workerGroupSpecs": workers,
    }
    return {
        "apiVersion": "ray.io/v1",
        "kind": "RayService",
        "metadata": {"name": NAME},
        "spec": {"serveConfigV2": _dump(file.raw), "rayClusterConfig": cluster},
    }


def written(manifest: dict[str, Any]) -> str:
    """YAML, with the Serve config in it as a block that people can read."""
    return _dump(manifest)


def _require_for_pods(file: ServeFile) -> None:
    problems = []
    if file.schema.http_options.host not in ("0.0.0.0", "::"):
        problems.append("http_options.host: must be 0.0.0.0, or no service reaches the pod")
    if file.config.auth.generate_key:
        problems.append("args.auth.generate_key: must be false, for each pod would make a key of its own")
    if not file.config.models_dir:
        problems.append("args.models_dir: must be set; the volume with the models is mounted there")
    require_none(problems)


def _head(file: ServeFile, image: str) -> dict[str, Any]:
    """It runs Ray's and Serve's own processes, and a proxy; replicas go elsewhere."""
    ports = {"gcs-server": 6379, "dashboard": 8265, "client": 10001, "serve": file.schema.http_options.port}
    container = _container(file, "ray-head", image, HEAD) | {
        "ports": [{"containerPort": number, "name": name} for name, number in ports.items()]
    }
    return {"rayStartParams": {"dashboard-host": "0.0.0.0", "num-cpus": "0"}, "template": _pod(file, container)}


def _worker(file: ServeFile, group: NodeGroup, image: str, memory: str) -> dict[str, Any]:
    limits = {"cpu": str(group.cpus), "memory": memory} | ({"nvidia.com/gpu": str(group.gpus)} if group.gpus else {})
    return {
        "groupName": group.name,
        "replicas": group.nodes,
        "minReplicas": group.nodes,
        "maxReplicas": group.max_nodes,
        "rayStartParams": {},
        "template": _pod(file, _container(file, "ray-worker", image, limits)),
    }


def _pod(file: ServeFile, container: dict[str, Any]) -> dict[str, Any]:
    longest_s = max(deployment.graceful_shutdown_timeout_s or 0 for deployment in file.deployments.values())
    spec = {
        "terminationGracePeriodSeconds": int(longest_s) + SPARE_S,
        "securityContext": {"runAsNonRoot": True, "runAsUser": USER, "runAsGroup": USER, "fsGroup": USER},
        "containers": [container],
        "volumes": [
            {"name": "models", "persistentVolumeClaim": {"claimName": CLAIM}},
            {"name": "shared-memory", "emptyDir": {"medium": "Memory", "sizeLimit": SHARED_MEMORY}},
        ],
    }
    return {"spec": spec}


def _container(file: ServeFile, name: str, image: str, limits: dict[str, str]) -> dict[str, Any]:
    variables = {name: value for name, value in SWITCHES.items() if name != "RAY_COLOR_PREFIX"}
    return {
        "name": name,
        "image": image,
        "env": [
            {"name": name, "value": value} for name, value in sorted((variables | file.controller_environment).items())
        ],
        "envFrom": [{"secretRef": {"name": SECRET}}],
        "resources": {"requests": limits, "limits": limits},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [
            {"name": "models", "mountPath": str(file.config.models_dir)},
            {"name": "shared-memory", "mountPath": "/dev/shm"},
        ],
    }


class _Block(yaml.SafeDumper):
    """Texts of several lines as blocks, nothing by reference."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Block.add_representer(str, _text)


def _dump(value: Any) -> str:
    return yaml.dump(value, Dumper=_Block, sort_keys=False, width=120)
