"""A limiter on a port of its own, in a process of its own, which can die and hang."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from deployments.limits.limiter import Window
from deployments.limits.memory import Limiter
from deployments.limits.messages import Address, Asked
from deployments.limits.port import Port
from tests.mortal import Mortal


class LimiterProcess(Mortal):
    """What it logs is in the file."""

    def __init__(self, log: Path) -> None:
        self._log = log
        with log.open("w") as errors:
            command = [sys.executable, "-m", "tests.limits.limiter_process"]
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
        with self._process.stdout as told:
            host, port, secret = json.loads(told.readline())
        self.address = Address(host, port, bytes.fromhex(secret))

    @property
    def log(self) -> list[str]:
        return self._log.read_text().splitlines()


def acquire(name: str, calls: int = 2) -> Asked:
    """A question about a window of its own."""
    return "acquire", [Window((name,), calls, 60)]


async def main() -> None:
    host, port, secret = await Port(Limiter(100).answer).address("127.0.0.1")
    print(json.dumps([host, port, secret.hex()]), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
