"""The API key that this machine's clients need, and how to write it into a shell."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from deployments.api.keys import configured_keys, stored_key
from deployments.cli.serve_file import ServeFile
from deployments.resources import data_dir


@dataclass(frozen=True)
class ApiKey:
    """A key that the user has set is never shown; the one made here is."""

    value: str
    is_configured: bool
    file: Path

    @classmethod
    def of(cls, file: ServeFile) -> "ApiKey":
        """Made now, if it is wanted and there is none. Raises ConfigError."""
        configured = configured_keys(os.environ)
        if configured:
            return cls(next(iter(configured.values())), True, file.path)
        may_generate = file.config.auth.generate_key
        return cls(stored_key(data_dir(file.config), may_generate=may_generate), False, file.path)

    @property
    def shell(self) -> str:
        """For a command line: itself, or the command that prints it."""
        return f"$({sys.argv[0]} key {self.file})" if self.is_configured else self.value

    def __repr__(self) -> str:
        return "ApiKey(…)"
