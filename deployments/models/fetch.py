"""A source → a path on this machine."""

from pathlib import Path

from deployments.errors import ConfigError
from deployments.models.builtin import builtin_model
from deployments.models.progress import Report
from deployments.models.source import Builtin, HubFile, HubRepository, Source


def fetch(source: Source, folder: Path, report: Report = lambda _: None) -> Path:
    """The model's file or folder, downloaded to `folder` if need be. Raises ConfigError when it cannot be had."""
    match source:
        case Builtin(name):
            path = builtin_model(name)
        case HubFile():
            # imported where it is used: most starts need no hub, and its client is slow to import
            from deployments.models.hub import Hub

            path = Hub(folder, report).file(source)
        case HubRepository():
            from deployments.models.hub import Hub

            path = Hub(folder, report).repository(source)
        case _:
            path = source.path
    if not path.exists():
        raise ConfigError(f"The model {path.name} does not exist. Correct `model:` in the configuration.")
    return path


def hollow(source: HubFile | HubRepository, folder: Path) -> Path:
    """What plans of memory need of a model on the hub, in `folder`. Raises ConfigError when it cannot be had."""
    from deployments.models.hollow import HollowHub

    hub = HollowHub(folder)
    return hub.file(source) if isinstance(source, HubFile) else hub.repository(source)


def on_disk(source: Source, folder: Path) -> Path | None:
    """Where `fetch` would find it, without asking anybody; None: it has yet to be fetched, or does not exist."""
    match source:
        case HubFile():
            from deployments.models.hub import Hub

            return Hub(folder).file_on_disk(source)
        case HubRepository():
            from deployments.models.hub import Hub

            return Hub(folder).repository_on_disk(source)
        case _:
            path = builtin_model(source.name) if isinstance(source, Builtin) else source.path
            return path if path.exists() else None
