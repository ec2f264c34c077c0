"""The same file serves on Kubernetes, and what KubeRay would refuse is refused here."""

from pathlib import Path

import jsonschema
import pytest
import yaml
from ray.serve.schema import ServeDeploySchema

from deployments.cli.capacity import Demand
from deployments.cli.kuberay import manifest, written
from deployments.cli.pods import NodeGroup, node_groups
from deployments.cli.serve_file import read
from deployments.errors import ConfigError
from tests.cli.test_main import workbench

ROOT = Path(__file__).parents[2]
CLUSTER = ROOT / "configs" / "cluster.yaml"
SCHEMA = yaml.safe_load((Path(__file__).parent / "rayservice.schema.yaml").read_text())


@pytest.fixture
def service():
    return manifest(read(CLUSTER))


def test_the_manifest_is_one_that_kuberay_takes(service):
    """Every name and type in it is known; with one more, it would not be."""
    jsonschema.validate(service, SCHEMA)
    service["spec"]["rayClusterConfig"]["headGroupSpec"]["teamplate"] = {}
    with pytest.raises(jsonschema.ValidationError, match="teamplate"):
        jsonschema.validate(service, SCHEMA)


def test_it_serves_the_file_as_it_stands(service):
    """Nothing is lost or added on the way through a text within a text."""
    said = yaml.safe_load(yaml.safe_load(written(service))["spec"]["serveConfigV2"])

    assert yaml.safe_load(CLUSTER.read_text()) == said
    assert ServeDeploySchema.model_validate(said).applications[0].import_path == "deployments.app:build_app"


def test_the_file_in_configs_is_what_the_command_prints():
    """`workbench kuberay configs/cluster.yaml` makes it anew."""
    code, printed, _ = workbench("kuberay", "configs/cluster.yaml")

    assert 0 == code
    assert printed == (ROOT / "configs" / "kuberay.yaml").read_text().partition("\n\n")[2]


def test_pods_have_room_for_what_is_reserved(service):
    """One GPU per node, two nodes at the start, three at most; what needs none has nodes without."""
    groups = service["spec"]["rayClusterConfig"]["workerGroupSpecs"]
    limits = {group["groupName"]: group["template"]["spec"]["containers"][0]["resources"]["limits"] for group in groups}

    assert {"cpu": (2, 2), "gpu": (2, 3)} == {
        group["groupName"]: (group["replicas"], group["maxReplicas"] if group["groupName"] == "gpu" else 2)
        for group in groups
    }
    assert "1" == limits["gpu"]["nvidia.com/gpu"]
    assert int(limits["gpu"]["cpu"]) >= 4
    assert "nvidia.com/gpu" not in limits["cpu"]


def test_a_pod_ends_no_answer_early(service):
    """It is given the longest time that any deployment has, and nobody in it is root."""
    for group in (
        service["spec"]["rayClusterConfig"]["headGroupSpec"],
        *service["spec"]["rayClusterConfig"]["workerGroupSpecs"],
    ):
        pod = group["template"]["spec"]
        assert pod["terminationGracePeriodSeconds"] > 300
        assert pod["securityContext"]["runAsNonRoot"]


def test_the_guards_of_the_proxy_are_in_every_pod(service):
    """Also where Serve's controller would not bring them."""
    (container,) = service["spec"]["rayClusterConfig"]["headGroupSpec"]["template"]["spec"]["containers"]
    variables = {entry["name"]: entry["value"] for entry in container["env"]}

    assert "deployments.edge:middlewares" == variables["RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH"]
    assert [{"secretRef": {"name": "workbench"}}] == container["envFrom"]


def test_a_file_for_one_machine_is_refused():
    """With all that would go wrong in pods."""
    with pytest.raises(ConfigError) as error:
        manifest(read(ROOT / "configs" / "workstation.yaml"))

    assert ["http_options.host", "args.auth.generate_key", "args.models_dir"] == [
        line.partition(":")[0] for line in str(error.value).splitlines()
    ]


@pytest.mark.parametrize(
    ("demands", "groups"),
    [
        ([("A", 1, 1, 0.5, 0)], [NodeGroup(0, 1, 1, 1)]),
        ([("A", 1, 1, 1, 0.6), ("B", 1, 1, 1, 0.4)], [NodeGroup(1, 2, 1, 1)]),
        ([("A", 2, 4, 2, 0.6), ("B", 0, 2, 1, 0.25)], [NodeGroup(1, 3, 2, 4)]),
        ([("A", 1, 2, 4, 2)], [NodeGroup(2, 4, 1, 2)]),
        ([("A", 1, 1, 4, 0), ("B", 4, 4, 0.5, 0)], [NodeGroup(0, 4, 4, 4)]),
        ([("A", 2, 3, 2, 0), ("B", 1, 1, 2, 0)], [NodeGroup(0, 3, 3, 4)]),
    ],
)
def test_fractions_share_nodes_and_large_models_have_their_own(demands, groups):
    """As Ray will place them."""
    assert groups == node_groups([Demand(*demand) for demand in demands])
