"""The container files name what exists. Nothing here builds an image: that takes registries that tests cannot reach."""

import json
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from deployments.cli.main import app
from deployments.environment import Environment

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = ("workbench", "gpu")


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)


def stage(name: str) -> str:
    return re.split(r"^FROM ", DOCKERFILE.partition(f" AS {name}\n")[2], flags=re.MULTILINE)[0]


def test_hadolint_finds_nothing():
    """In the Dockerfile."""
    hadolint = shutil.which("hadolint", path=Path(sys.executable).parent)
    assert hadolint
    done = subprocess.run(
        [hadolint, "--no-color", str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False
    )

    assert (0, "") == (done.returncode, done.stdout)


def test_all_that_is_copied_is_there_and_not_ignored():
    """From the checkout into the stages."""
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = [line.split()[:-1] for line in instructions("COPY") if "--from" not in line]
    for name in [name for names in copied for name in names]:
        assert (ROOT / name).exists(), name
        assert any(fnmatch(name, pattern) for pattern in allowed), name


def test_versions_are_pinned():
    """Of every image that is built on or started."""
    images = [image for image in instructions("ARG") if "IMAGE=" in image or "VERSION=" in image]
    images += [service["image"] for service in COMPOSE["services"].values()]

    assert 6 == len(images)
    assert all(re.search(r"[:=].*\d+\.\d+", image) for image in images), images


@pytest.mark.parametrize("name", ["cpu", "cuda"])
def test_an_image_starts_the_workbench_as_nobody_special(name):
    """With a command that exists and a file that is in it; a login shell, as KubeRay's, finds Ray."""
    text = stage(name)
    entry, command = (json.loads(re.findall(rf"^{key} (.*)$", text, re.MULTILINE)[0]) for key in ("ENTRYPOINT", "CMD"))

    assert text.index("USER 1000:1000") < text.index("ENTRYPOINT")
    assert ["workbench"] == entry
    assert command[0] in {c.callback.__name__ for c in app.registered_commands}
    assert f"COPY {command[1]} /app/" in text
    assert "/etc/profile.d/" in text


@pytest.mark.parametrize("name", OURS)
def test_compose_sets_variables_that_are_read(name):
    """A misspelt one would be ignored in silence. The door is open to this machine alone."""
    service = COMPOSE["services"][name]

    assert {name.lower() for name in service["environment"]} - {"hf_token"} <= set(Environment.model_fields)
    assert ["127.0.0.1:8000:8000"] == service["ports"]
    assert {"condition": "service_healthy"} == service["depends_on"]["postgres"] == service["depends_on"]["redis"]


@pytest.mark.parametrize("name", OURS)
def test_what_compose_builds_is_a_stage_with_this_version(name):
    """And serves a file that is in it."""
    service = COMPOSE["services"][name]
    version = re.search(r'__version__ = "(.*)"', (ROOT / "deployments" / "__init__.py").read_text())
    assert version

    assert f" AS {service['build']['target']}\n" in DOCKERFILE
    assert f":{version[1]}" in service["image"]
    assert (ROOT / service.get("command", ["up", "serve_config.yaml"])[1]).exists()
