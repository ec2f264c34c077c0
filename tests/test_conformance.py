"""The clients that are tried stay what they were, and apart from us."""

import json
import re
from pathlib import Path

import pytest

from conformance.__main__ import CLIENTS
from conformance.client import Client
from conformance.install import Installer

PINNED = re.compile(r"[A-Za-z0-9._-]+==[^\s*]+")
DOCUMENTED = (Path(__file__).parents[1] / "docs" / "compatibility.md").read_text()
HELPERS = {"pytest", "zod"}  # what tests are written with


def wanted(folder: Path) -> dict[str, str]:
    """Versions of the packages that a client is tried for."""
    if (folder / "package.json").exists():
        return json.loads((folder / "package.json").read_text())["dependencies"]
    first, _ = (folder / "requirements.txt").read_text().split("\n\n")
    return dict(line.split("==") for line in first.splitlines()[1:])


@pytest.mark.parametrize("name", CLIENTS)
def test_every_package_of_a_client_has_an_exact_version(name):
    """Whatever else appears in a registry."""
    folder = CLIENTS[name].folder
    if (folder / "package.json").exists():
        locked = json.loads((folder / "package-lock.json").read_text())["packages"]
        assert wanted(folder) == locked[""]["dependencies"]
        assert wanted(folder) == {package: locked[f"node_modules/{package}"]["version"] for package in wanted(folder)}
    else:
        lines = [line for line in (folder / "requirements.txt").read_text().splitlines() if line and line[0] != "#"]
        assert [] == [line for line in lines if not PINNED.fullmatch(line)]


@pytest.mark.parametrize("name", CLIENTS)
def test_the_documentation_names_what_is_tried(name):
    """As it is pinned."""
    for package, version in wanted(CLIENTS[name].folder).items():
        assert package in HELPERS or f"{package} {version}" in DOCUMENTED


def test_a_client_is_installed_again_when_its_pins_change(tmp_path):
    """And only then."""
    installed, pins = [], ["one"]
    client = Client(tmp_path, Installer(lambda _: pins[0], installed.append, "stamp"), ("true",))
    for wanted in ("one", "one", "two"):
        pins[0] = wanted
        client.ensure_installed()

    assert [tmp_path, tmp_path] == installed


@pytest.mark.parametrize(("command", "passes"), [("true", True), ("false", False)])
def test_a_client_passes_when_its_tests_do(tmp_path, command, passes):
    """They find the workbench by its address, and nothing of ours."""
    client = Client(
        tmp_path, CLIENTS["vercel"].installer, ("sh", "-c", f'test "$WHERE" = here -a -z "$PYTHONPATH" && {command}')
    )

    assert passes is client.passes({"WHERE": "here"})
