"""The peer: `llama-server` on loopback, with the settings that a comparison gives both sides."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx

from bench.peer_build import llama_server
from tests.ports import free_port

START_S = 60


class PeerDied(Exception):
    """It did not start; the message ends with what it said last."""


@contextmanager
def running(
    model: Path, *, slots: int, context_tokens: int, batch_tokens: int = 512, threads: int = 2, cache_ram_mib: int = 0
) -> Iterator[str]:
    """Its address. `context_tokens` are of each slot. `cache_ram_mib` holds conversations that had to leave theirs."""
    sizes = {"slots": slots, "context_tokens": context_tokens, "batch_tokens": batch_tokens, "threads": threads}
    with serving(model, "--cache-ram", str(cache_ram_mib), "--no-kv-unified", "--jinja", **sizes) as url:
        yield url


@contextmanager
def serving(
    model: Path, *arguments: str, slots: int, context_tokens: int, batch_tokens: int, threads: int
) -> Iterator[str]:
    """The address of a server with these `arguments` besides. `context_tokens` are of each slot."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    options = {
        **{"--model": model, "--host": "127.0.0.1", "--port": port},
        **{"--parallel": slots, "--ctx-size": slots * context_tokens},
        **{"--batch-size": batch_tokens, "--ubatch-size": batch_tokens},
        **{"--threads": threads, "--threads-batch": threads},
    }
    command = [str(llama_server()), *(str(part) for option in options.items() for part in option), *arguments]
    with tempfile.TemporaryFile("w+") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _wait(url, process, log)
            yield url
        finally:
            process.kill()


def _wait(url: str, process: "subprocess.Popen[bytes]", log: IO[str]) -> None:
    """Until it answers. Raises PeerDied."""
    deadline = time.monotonic() + START_S
    while not _is_up(url):
        if process.poll() is not None or time.monotonic() > deadline:
            log.seek(0)
            raise PeerDied(f"llama-server does not start:\n{log.read()[-3000:]}")
        time.sleep(0.1)


def _is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.TransportError:
        return False
