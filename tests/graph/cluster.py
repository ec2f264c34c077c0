"""Several nodes of Ray on this machine, each as `ray start` would make it on one of its own, and killed like one."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.graph.workbench import temporary_folder
from tests.ports import free_port, is_answered

RAY = str(Path(sys.executable).with_name("ray"))
COUNT = "import ray; ray.init(address='auto', log_to_driver=False); print(sum(node['Alive'] for node in ray.nodes()))"
JOIN_S = 60


class Node:
    """One `ray start`, in the foreground."""

    def __init__(self, environment: dict[str, str], *options: str) -> None:
        self._process = subprocess.Popen(
            [RAY, "start", "--block", "--disable-usage-stats", "--object-store-memory=80000000", *options],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    @property
    def processes(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            root = psutil.Process(self._process.pid)
            return [root, *root.children(recursive=True)]
        return []

    def kill(self) -> None:
        """As if its power had failed."""
        for process in self.processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait()


class RayCluster:
    """A head without a GPU, and workers with one each. All know one secret."""

    def __init__(self, folder: Path) -> None:
        (folder / "token").write_text(secrets.token_hex(32))
        self.address = f"127.0.0.1:{free_port()}"
        self.environment = {
            **os.environ,
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": str(folder / "token"),
            "XDG_DATA_HOME": str(folder),
            "WORKBENCH_API_KEYS": "alice:alices-key",  # replicas inherit it from the Ray of their machine
        }
        options = ("--num-cpus=4", "--num-gpus=0", f"--temp-dir={folder}", "--include-dashboard=false")
        self.nodes = [self._start("--head", f"--port={self.address.partition(':')[2]}", *options)]

    def wait_for_head(self) -> None:
        host, _, port = self.address.partition(":")
        for _ in range(300):
            if is_answered(host, int(port)):
                return
            time.sleep(0.2)
        raise TimeoutError("the head does not start")

    def add_worker(self) -> Node:
        """It has joined when this returns. One whose port another has taken meanwhile ends, and is started anew."""
        wanted, deadline = self._joined() + 1, time.monotonic() + JOIN_S
        self.nodes.append(self._start_worker())
        while self._joined() < wanted:
            if time.monotonic() > deadline:
                raise TimeoutError("a worker does not join")
            if self.nodes[-1].has_ended:
                self.nodes[-1] = self._start_worker()
        return self.nodes[-1]

    def _joined(self) -> int:
        """Nodes that are alive."""
        environment = self.environment | {"RAY_ADDRESS": self.address}
        asked = subprocess.run(
            [sys.executable, "-c", COUNT], env=environment, capture_output=True, text=True, check=False
        )
        return int(asked.stdout.strip() or 0)

    def _start_worker(self) -> Node:
        return self._start(f"--address={self.address}", "--num-cpus=4", "--num-gpus=1")

    def _start(self, *options: str) -> Node:
        return Node(self.environment, *options)


@contextmanager
def ray_cluster(workers: int) -> Iterator[RayCluster]:
    with temporary_folder() as folder:
        cluster = RayCluster(folder)
        try:
            cluster.wait_for_head()
            for _ in range(workers):
                cluster.add_worker()
            yield cluster
        finally:
            for node in reversed(cluster.nodes):
                node.kill()
