"""A process that a test has started, and that dies or hangs when the test says so."""

import signal
import subprocess
from typing import Any


class Mortal:
    """Its subclass starts `_process`."""

    _process: subprocess.Popen[Any]

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def hang(self) -> None:
        """It takes connections, and never answers."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)
