"""What `model:` in the configuration means. Values only; nothing is fetched or opened."""

import re
from dataclasses import dataclass
from pathlib import Path

from deployments.errors import ConfigError

_HUB = re.compile(r"hf://(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)(?:@(?P<revision>[\w./-]+?))?(?:/(?P<file>[^@]+))?")
_BUILTIN = re.compile(r"builtin://(?P<name>[\w.-]+)")


@dataclass(frozen=True, slots=True)
class Builtin:
    """A model that comes with the project or with one of its packages."""

    name: str


@dataclass(frozen=True, slots=True)
class HubRepository:
    """`hf://owner/name[@revision]`: all files that sentence-transformers needs."""

    repository: str
    revision: str

    @property
    def name(self) -> str:
        return self.repository.partition("/")[2]


@dataclass(frozen=True, slots=True)
class HubFile:
    """`hf://owner/name[@revision]/file.gguf`."""

    repository: str
    revision: str
    file: str

    @property
    def name(self) -> str:
        return Path(self.file).stem


@dataclass(frozen=True, slots=True)
class LocalPath:
    path: Path

    @property
    def name(self) -> str:
        return self.path.stem if self.path.suffix == ".gguf" else self.path.name


Source = Builtin | HubRepository | HubFile | LocalPath


def served_name(name: str | None, model: str) -> str:
    """The id that clients call a model by."""
    return name or parse(model).name


def parse(text: str) -> Source:
    """Raises ConfigError for a reference that can mean nothing."""
    if match := _BUILTIN.fullmatch(text):
        return Builtin(match["name"])
    if match := _HUB.fullmatch(text):
        repository, revision = f"{match['owner']}/{match['name']}", match["revision"] or "main"
        return HubFile(repository, revision, match["file"]) if match["file"] else HubRepository(repository, revision)
    if "://" in text or not text:
        raise ConfigError(
            f"Model source {text!r} is not understood. Use builtin://NAME, hf://OWNER/REPOSITORY, "
            "hf://OWNER/REPOSITORY/FILE.gguf or a path."
        )
    return LocalPath(Path(text).expanduser())
