"""How long an extractive summary and an outline take: of a module of a thousand lines, and of the largest ones."""

import ast
import asyncio
import json
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.figure import Figure
from deployments.parsing.process import Parser
from deployments.summary.document import Document, Instructions
from deployments.summary.extractive.backend import ExtractiveBackend
from deployments.summary.languages import language_of

STDLIB = Path(sysconfig.get_path("stdlib"))
LARGEST = {"of all": "pydoc_data/topics.py", "of code": "_pydecimal.py"}  # the former is one dictionary of texts
LINES = 1000
TIMES = 9
PAUSE_S = 0.5  # the next process is started meanwhile, as between requests


async def measure() -> list[Figure]:
    return [await _summary(), *[await _outline(what, name) for what, name in LARGEST.items()]]


async def _summary() -> Figure:
    name, text = _module()
    parser = Parser(spare=True)
    backend = ExtractiveBackend(_no_embedder, parser)
    document = Document(text, language_of(name))
    milliseconds = 1000 * await _median_s(lambda: backend.summarize(document, Instructions("", 300, 0)))
    await parser.close()
    return Figure(f"extractive summary of {LINES:,} lines", milliseconds, 100, "ms", f"{name}, median of {TIMES}")


def _module() -> tuple[str, str]:
    """Name and text of the one in the standard library whose length is nearest."""
    path = min(STDLIB.glob("*.py"), key=lambda path: abs(path.read_bytes().count(b"\n") - LINES))
    return path.name, path.read_text("utf-8")


async def _outline(what: str, name: str) -> Figure:
    data = _read(name)
    parser = Parser(spare=True)
    outline = json.loads(await parser.parse(data, "python"))
    taken_s = await _median_s(lambda: parser.parse(data, "python"))
    await parser.close()
    least_s = _cost_s(lambda: ast.parse(data)) + _cost_s(lambda: json.dumps(outline))
    detail = f"{name}: {1000 * taken_s:.0f} and {1000 * least_s:.0f} ms, medians of {TIMES}"
    return Figure(
        f"outline of the largest module {what} / `ast.parse` + `json.dumps`", taken_s / least_s, 2, "×", detail
    )


def _read(name: str) -> bytes:
    return (STDLIB / name).read_bytes()


async def _median_s(call: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        await asyncio.sleep(PAUSE_S)
        start = time.perf_counter()
        await call()  # type: ignore[misc]
        taken.append(time.perf_counter() - start)
    return median(taken)


def _cost_s(call: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return median(taken)


async def _no_embedder(texts: list[str]) -> object:
    raise AssertionError("code needs no vectors")
