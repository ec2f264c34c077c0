"""How a client comes into its folder: exactly what its pins say, away from everything that is installed for us."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Installer:
    """`pins` is all that decides what is installed; `stamp` lies in what is installed, and tells from which pins."""

    pins: Callable[[Path], str]
    install: Callable[[Path], None]
    stamp: str


def _python_pins(folder: Path) -> str:
    return f"{platform.python_version()}\n{(folder / 'requirements.txt').read_text()}"


def _install_python(folder: Path) -> None:
    venv = folder / ".venv"
    shutil.rmtree(venv, ignore_errors=True)
    _run(folder, sys.executable, "-m", "venv", str(venv))
    _run(folder, str(venv / "bin" / "pip"), "install", "--quiet", "--requirement", "requirements.txt")


def _node_pins(folder: Path) -> str:
    return (folder / "package-lock.json").read_text()


def _install_node(folder: Path) -> None:
    _run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")


def _run(folder: Path, *command: str) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True)
    except FileNotFoundError:
        sys.exit(f"{folder.name} needs {command[0]}, which is not here. Install it, or name the other clients.")


python = Installer(_python_pins, _install_python, ".venv/pins")
node = Installer(_node_pins, _install_node, "node_modules/.pins")
