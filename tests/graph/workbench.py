"""A `workbench up` of its own: started as a user would, watched, and stopped by signals."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import yaml

from tests.ports import free_port, is_answered

ROOT = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).with_name("workbench"))
UNLIMITED = {"calls": 1_000_000, "seconds": 60}
NO_LIMITS = dict.fromkeys(("embed", "chat", "summarize", "failed_auth"), UNLIMITED)
NO_SECOND_TRY = {"RAY_SERVE_MAX_PER_REPLICA_RETRY_COUNT": "1"}  # a model that does not load, loads no sooner later
EACH_RAY_S_PORT = 52365  # whichever others run on this machine
UP, SERVE_RUN = (COMMAND, "up"), (str(Path(sys.executable).with_name("serve")), "run")


def config(**args: Any) -> dict[str, Any]:
    """The default configuration on a free port, with some of its `args` changed."""
    raw: dict[str, Any] = yaml.safe_load((ROOT / "serve_config.yaml").read_text())
    raw["http_options"]["port"] = free_port()
    for name, value in args.items():
        raw["applications"][0]["args"][name] = raw["applications"][0]["args"].get(name, {}) | value
    return raw


def _everyday() -> dict[str, str]:
    """Where nobody asked Python to write each line at once."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


class Workbench:
    """One run. Its output is kept, its processes are known."""

    def __init__(self, raw: dict[str, Any], folder: Path, command: Sequence[str] = UP, **environment: str) -> None:
        self.path = folder / "serve.yaml"
        self.path.write_text(yaml.safe_dump(raw))
        self.url = f"http://127.0.0.1:{raw['http_options']['port']}"
        self.lines: list[str] = []
        self._listened: set[tuple[str, int]] = set()
        self._process = subprocess.Popen(
            [*command, str(self.path)],
            cwd=folder,
            env=_everyday() | {"XDG_DATA_HOME": str(folder), "COLUMNS": "200"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # by which all that it starts is known
        )
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def output(self) -> str:
        return "".join(self.lines)

    @property
    def key(self) -> str:
        match = re.search(r"API key: (\S+)", self.output)
        assert match, self.output
        return match[1]

    def wait_until_up(self, timeout_s: float = 120) -> None:
        self._wait(lambda: "Stop with Ctrl-C" in self.output or self._process.poll() is not None, timeout_s)
        assert self._process.poll() is None, self.output

    def wait_for_line(self, text: str, timeout_s: float = 30) -> None:
        self._wait(lambda: text in self.output, timeout_s)

    def wait_for_exit(self, timeout_s: float = 120) -> int:
        return self._process.wait(timeout_s)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """The exit code."""
        self._listened = self.listens()
        self._process.send_signal(number)
        return self._process.wait(90)

    def left(self) -> list[str]:
        """Processes it has started that still run, and addresses that they listened on and are still answered."""
        answered = [address for address in self._listened if is_answered(*address)]
        return [" ".join(process.cmdline()) for process in self._processes()] + [str(one) for one in answered]

    def listens(self) -> set[tuple[str, int]]:
        """The addresses on which its processes alone wait for connections."""
        ends = [end for process in self._processes() for end in process.net_connections("inet")]
        listening = {(end.laddr.ip, end.laddr.port) for end in ends if end.status == psutil.CONN_LISTEN}
        return {address for address in listening if address[1] != EACH_RAY_S_PORT}

    def wait_until_nothing_is_left(self, timeout_s: float = 20) -> None:
        """Helpers of Ray's dashboard, which only `serve run` starts, end a moment later."""
        self._wait(lambda: not self.left(), timeout_s)

    def family(self) -> list[psutil.Process]:
        """All that it has started."""
        return psutil.Process(self._process.pid).children(recursive=True)

    def replica(self, deployment: str) -> psutil.Process:
        """The process of a deployment's only replica."""
        title = f"ray::ServeReplica:workbench:{deployment}"
        (process,) = [process for process in self.family() if "".join(process.cmdline()[:1]).startswith(title)]
        return process

    @property
    def ray_address(self) -> str:
        """Of its own Ray, which others may run beside."""
        arguments = [argument for process in self.family() for argument in process.cmdline()]
        return next(a.partition("=")[2] for a in arguments if a.startswith("--gcs-address="))

    def _processes(self) -> list[psutil.Process]:
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        with suppress(psutil.Error, ProcessLookupError):
            return os.getsid(process.pid) == self._process.pid and process.status() != psutil.STATUS_ZOMBIE
        return False

    def kill(self) -> None:
        if self._process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                self.stop()
            self._process.kill()

    def _read(self) -> None:
        assert self._process.stdout
        self.lines.extend(self._process.stdout)

    def _wait(self, condition: Any, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(self.output)
            time.sleep(0.1)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Short, since Ray's sockets may lie in it."""
    folder = Path(tempfile.mkdtemp(prefix="wb"))
    yield folder
    shutil.rmtree(folder)


def shared_memory() -> set[str]:
    """All that there is on this machine."""
    return {path.name for path in Path("/dev/shm").glob("*")}


@contextmanager
def running(raw: dict[str, Any], folder: Path, **environment: str) -> Iterator[Workbench]:
    workbench = Workbench(raw, folder, **environment)
    try:
        yield workbench
    finally:
        workbench.kill()
