"""A client that is tried: a folder with its tests, its pins, and whatever these install there."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from conformance.install import Installer

FOREIGN = ("PYTHONPATH", "VIRTUAL_ENV", "PYTEST_ADDOPTS", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID")


@dataclass(frozen=True, slots=True)
class Client:
    """`command` runs its tests, in its folder, and fails if one of them does."""

    folder: Path
    installer: Installer
    command: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.folder.name

    def ensure_installed(self) -> None:
        """Once; anew when its pins change, or what they are installed for."""
        stamp, wanted = self.folder / self.installer.stamp, self.installer.pins(self.folder)
        if not stamp.exists() or stamp.read_text() != wanted:
            print(f"Installing {self.name}", flush=True)
            self.installer.install(self.folder)
            stamp.write_text(wanted)

    def passes(self, address: Mapping[str, str]) -> bool:
        """`address` are the variables by which it finds the workbench."""
        print(f"\n== {self.name}", flush=True)
        ours = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        return not subprocess.run(self.command, cwd=self.folder, env=ours | address).returncode
