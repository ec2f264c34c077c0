"""Parsers in processes of their own: few at once, limited in time and memory. It knows no grammar and no HTTP."""

import asyncio
import json
import math
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from deployments.errors import InvalidRequest, Overloaded
from deployments.parsing.languages import canonical
from deployments.parsing.source import TOO_COMPLEX

GIB = 1024**3
ROOT = Path(__file__).resolve().parents[2]


class Parser:
    """Outlines of files, for any number of callers.

    `processes` files are parsed at once and `queue` more may wait; beyond: Overloaded. With `spare`, the process of the
    next file is started when the one before it has ended; it is gone when this one is.
    """

    def __init__(
        self,
        *,
        processes: int = 2,
        queue: int = 32,
        timeout_s: float = 30,
        memory_bytes: int = 4 * GIB,
        spare: bool = False,
    ) -> None:
        self.timeout_s = timeout_s
        self.memory_bytes = memory_bytes
        self._keeps_spare = spare
        self._spare: asyncio.Task[Process] | None = None
        self._slots = asyncio.Semaphore(processes)
        self._places = processes + queue

    async def parse(self, source: bytes, language: str) -> bytes:
        """The `Outline` of a file, as the JSON of the answer. When the caller is cancelled, the work stops."""
        name = canonical(language)  # an unknown one needs no process
        with self._place():
            async with self._slots:
                return await self._run(source, name)

    async def close(self) -> None:
        """For programs that end their event loop, which must not find the spare process half started."""
        spare, self._spare = self._spare, None
        if spare:
            await _end(await spare)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places:
            raise Overloaded("Too many files are being parsed. Try again shortly.")
        self._places -= 1
        try:
            yield
        finally:
            self._places += 1

    async def _run(self, source: bytes, language: str) -> bytes:
        process = await self._process()
        try:
            async with asyncio.timeout(self.timeout_s):
                stdout, stderr = await process.communicate(b"%s\n%s" % (language.encode(), source))
        except TimeoutError:
            advice = "Send it in smaller parts."
            raise InvalidRequest(f"The file could not be parsed in {self.timeout_s:g} seconds. {advice}") from None
        finally:
            await _end(process)
            if self._keeps_spare and not self._spare:
                self._spare = asyncio.create_task(self._start())
        return _answer(process.returncode, stdout, stderr)

    async def _process(self) -> Process:
        spare, self._spare = self._spare, None
        if spare and (process := await spare).returncode is None:
            return process
        return await self._start()

    async def _start(self) -> Process:
        """Without environment and site-packages (`-E -S`), so that nothing set or installed can slow or change it."""
        limits = str(self.memory_bytes), str(math.ceil(self.timeout_s) + 1)
        command = [sys.executable, "-E", "-S", "-m", "deployments.parsing", *limits, str(_grammars())]
        return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE)


def _grammars() -> Path:
    """The folder that they are installed in."""
    package = find_spec("tree_sitter")
    assert package
    assert package.origin
    return Path(package.origin).parents[1]


async def _end(process: Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _answer(code: int | None, stdout: bytes, stderr: bytes) -> bytes:
    if code == os.EX_OK:
        return stdout
    if code == os.EX_DATAERR:
        raise InvalidRequest(json.loads(stdout)["detail"])
    if code is not None and code < 0:  # crashed by the file, or killed for its memory
        raise InvalidRequest(TOO_COMPLEX)
    raise RuntimeError(f"The parser ended with code {code}: {stderr.decode(errors='replace')}")
