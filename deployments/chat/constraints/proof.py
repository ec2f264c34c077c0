"""Which forms may be compiled here, and a process that tries the others first. It knows no vocabulary but its names."""

import asyncio
import json
import logging
import re
import sys
from asyncio.subprocess import PIPE
from contextlib import suppress
from pathlib import Path

from deployments.chat.constraints.limits import TRIAL_CPU_S, TRIAL_WALL_S
from deployments.chat.constraints.source import Refusal, reason

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[3]

# What can bring two patterns to hold at once, or hide that: then compiling has no bound.
_RISKY = re.compile(r"pattern|[&~]|\\u|%regex")
_HARMLESS_BYTES = 16 * 1024


class Proof:
    """That a form can be compiled in bounded time, memory and depth. At most `processes` are tried at once."""

    def __init__(self, size: int, controls: dict[str, int], *, processes: int = 2) -> None:
        self._vocabulary = {"size": size, "controls": controls}
        self._slots = asyncio.Semaphore(processes)

    async def find(self, source: str) -> None:
        """Raises Refusal. Takes a tenth of a second, or nothing for what is small and plain."""
        if len(source) <= _HARMLESS_BYTES and not _RISKY.search(source):
            return
        async with self._slots:
            complaint = await self._try({"source": source, **self._vocabulary})
        if complaint:
            raise Refusal(reason(complaint))

    async def _try(self, question: dict[str, object]) -> str:
        command = [sys.executable, "-m", "deployments.chat.constraints.trial", str(TRIAL_CPU_S)]
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE)
        try:
            async with asyncio.timeout(TRIAL_WALL_S):
                answer, trouble = await process.communicate(json.dumps(question).encode())
        except TimeoutError:
            raise Refusal(f"it could not be compiled in {TRIAL_WALL_S} seconds") from None
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        return _complaint(process.returncode, answer, trouble)


def _complaint(code: int | None, answer: bytes, trouble: bytes) -> str:
    if code == 0:
        return str(json.loads(answer))
    if code is not None and code < 0:  # ended by what it compiled, or by its limits
        return "it is too complex to be compiled"
    logger.error("The trial of a form ended with code %s: %s", code, trouble.decode(errors="replace"))
    return "it could not be compiled"
