"""The rooms of the house know of each other only what they may."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "deployments"

# Who may be imported by whom; `errors`, `config`, `cores` and `memory` are for everyone.
ALLOWED: dict[str, set[str]] = {
    "engine": set(),
    "chat": {"engine"},
    "embedding": set(),
    "summary": {"chat", "engine", "parsing", "resources"},
    "sessions": {"chat"},
    "limits": set(),
    "parsing": set(),
    "models": {"embedding", "resources"},
    "api": {"chat", "embedding", "engine", "environment", "limits", "models", "parsing", "sessions", "summary"},
}
EVERYONES = {"errors", "config", "cores", "memory"}

# The only files that may import Ray.
RAY = {
    "app.py",
    "budgets.py",
    "deployment_actor.py",
    "embedder.py",
    "embedding_measures.py",
    "gemini.py",
    "generator.py",
    "health.py",
    "ingress.py",
    "limiter.py",
    "measures.py",
    "metrics.py",
    "notices.py",
    "places.py",
    "remote.py",
    "reservation.py",
    "routing.py",
    "scaling.py",
    "states.py",
    "summarizer.py",
    "cli/capacity.py",
    "cli/check.py",
    "cli/coming_up.py",
    "cli/deploy.py",
    "cli/keys.py",
    "cli/kuberay.py",
    "cli/machine.py",
    "cli/ray_address.py",
    "cli/replacement.py",
    "cli/running.py",
    "cli/serve_file.py",
    "cli/status.py",
    "cli/up.py",
}
FRAMEWORKS = {
    "fastapi": {"api", "ingress.py"},
    "llama_cpp": {"engine/llama"},
    "llguidance": {"chat/constraints"},
    "alembic": {"sessions"},
    "sqlalchemy": {"sessions"},
    "torch": {"embedding"},
}


def imported(path: Path) -> set[str]:
    """Full names of all modules that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def files(folder: str = "") -> list[Path]:
    return sorted((PACKAGE / folder).rglob("*.py"))


@pytest.mark.parametrize("room", ALLOWED)
def test_arrows_point_down(room):
    """A room imports itself, those below it, and what is everyone's."""
    allowed = ALLOWED[room] | EVERYONES | {room}
    for path in files(room):
        rooms = {name.split(".")[1] for name in imported(path) if name.startswith("deployments.")}
        assert rooms <= allowed, path


def test_ray_stays_at_the_doors():
    """Everything that thinks runs without it."""
    found = {
        str(path.relative_to(PACKAGE)) for path in files() if any(n.split(".")[0] == "ray" for n in imported(path))
    }

    assert found <= RAY


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_framework_has_its_own_room(framework):
    """So that changing it changes one place."""
    for path in files():
        if any(name.split(".")[0] == framework for name in imported(path)):
            place = str(path.relative_to(PACKAGE))
            assert any(place.startswith(room) for room in FRAMEWORKS[framework]), path


def test_nobody_imports_the_application():
    """It is named in the YAML."""
    assert not any("deployments.app" in imported(path) for path in files())


def test_the_engine_knows_no_framework_at_all():
    """Tokens in, tokens out."""
    for path in files("engine"):
        assert not {"pydantic", "fastapi", "ray"} & {name.split(".")[0] for name in imported(path)}, path


def test_every_file_says_what_it_is():
    """In its first line."""
    for path in files():
        assert ast.get_docstring(ast.parse(path.read_text())), path
