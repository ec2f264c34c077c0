"""The files of a sentence-transformers model: whether they are there, and what they hash to. It loads no model."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deployments.errors import ConfigError

CONTENT = {".json", ".safetensors", ".bin", ".txt", ".model"}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A folder and the SHA-256 of each file in it that can change a vector, by relative path."""

    folder: Path
    digests: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path) -> "Checkpoint":
        return cls(folder, {str(file.relative_to(folder)): sha256(file) for file in _files(folder)})

    def fingerprint(self, *engine: str) -> bytes:
        """Equal only where equal texts are sure to have equal vectors: same files, same way to compute."""
        return hashlib.sha256(json.dumps([sorted(self.digests.items()), engine]).encode()).digest()


def sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for module in module_folders(folder):  # those without settings have no folder
        yield from sorted(file for file in module.glob("*") if file.suffix in CONTENT and file.is_file())


def module_folders(folder: Path) -> list[Path]:
    # Without this file sentence-transformers would make up a mean pooling, in silence.
    description = folder / "modules.json"
    if not description.is_file():
        raise ConfigError(f"{folder} is no sentence-transformers model: it has no modules.json")
    try:
        paths = [folder / module["path"] for module in json.loads(description.read_bytes())]
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigError(f"{description} cannot be read: {error}") from error
    return list(dict.fromkeys(paths))
