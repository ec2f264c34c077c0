"""API keys: where they come from, and whose a key is."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from deployments.errors import ConfigError

ANONYMOUS_NAME = "default"
KEY_FILE = "api-key"


@dataclass(frozen=True)
class Keys:
    """Keys by the name of their owner. They never appear in a `repr`."""

    _digests: Mapping[str, bytes]
    source: Literal["environment", "file"]

    def owner(self, key: str) -> str | None:
        """Whose key this is. Compares with every key in constant time, so that timing tells nothing."""
        digest = _digest(key)
        matches = [name for name, known in self._digests.items() if hmac.compare_digest(digest, known)]
        return matches[0] if matches else None

    def require(self, names: Iterable[str], place: str) -> None:
        """Raises ConfigError for a name in the configuration that is no key's."""
        if unknown := sorted(set(names) - set(self._digests)):
            raise ConfigError(
                f"{place} names keys that do not exist: {', '.join(unknown)}. There are: {', '.join(self.names)}."
            )

    @property
    def names(self) -> list[str]:
        return list(self._digests)

    def __repr__(self) -> str:
        return f"Keys({', '.join(self.names)})"


def load_keys(environment: Mapping[str, str], data_dir: Path, *, may_generate: bool) -> Keys:
    """Keys of WORKBENCH_API_KEY and WORKBENCH_API_KEYS, else the one kept in the data directory, made if need be."""
    configured = configured_keys(environment)
    if configured:
        return Keys({name: _digest(key) for name, key in configured.items()}, "environment")
    return Keys({ANONYMOUS_NAME: _digest(stored_key(data_dir, may_generate=may_generate))}, "file")


def configured_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """Names and keys from the environment. Raises ConfigError for a list that is not `name:key,name:key`."""
    keys = {}
    if single := environment.get("WORKBENCH_API_KEY", "").strip():
        keys[ANONYMOUS_NAME] = single
    for entry in filter(None, map(str.strip, environment.get("WORKBENCH_API_KEYS", "").split(","))):
        name, _, key = entry.partition(":")
        if not name.strip() or not key.strip() or name.strip() in keys:
            raise ConfigError("WORKBENCH_API_KEYS must read alice:KEY,bob:KEY with different names and no empty part.")
        keys[name.strip()] = key.strip()
    return keys


def stored_key(data_dir: Path, *, may_generate: bool) -> str:
    """The key in the data directory. Several processes may ask at once; all get the same."""
    path = data_dir / KEY_FILE
    try:
        if not path.exists() and may_generate:
            _create(path)
        key = path.read_text().strip()
    except OSError as error:
        if not may_generate and isinstance(error, FileNotFoundError):
            raise ConfigError(
                "No API key is configured: set WORKBENCH_API_KEY, or auth.generate_key to true."
            ) from None
        raise ConfigError(
            f"The API key in {data_dir} cannot be read or made: {error.strerror}. Set data_dir."
        ) from error
    if not key:
        raise ConfigError(f"{path} is empty. Delete it, and the next start makes a new key.")
    return key


def _create(path: Path) -> None:
    """Written elsewhere and linked into place: whoever comes second finds a whole file and leaves it be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"wb-{secrets.token_urlsafe(32)}\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
