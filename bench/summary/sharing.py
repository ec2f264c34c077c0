"""What ten who ask for a summary of the same file at the same time cost, beside one: CPU seconds, real llama.cpp."""

import asyncio
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.figure import Figure
from deployments.api.openai.local_chat import LocalChat
from deployments.chat.load import load_chat
from deployments.config import GeneratorConfig, SummaryConfig
from deployments.models.builtin import POCKET_CHAT, builtin_model
from deployments.summary.mapreduce import MapReduce
from deployments.summary.persona_files import read_personas
from deployments.summary.reader import ChatReader
from deployments.summary.request import SummaryRequest
from deployments.summary.service import SummaryService

TOGETHER, TIMES = 10, 5
LINES = 60  # of a file that fits into the context; a number in its first line makes it a new one


async def measure() -> list[Figure]:
    with TemporaryDirectory() as folder:
        config = GeneratorConfig(context_tokens=4096, slots=2, threads=2)
        chat = load_chat(config, builtin_model(POCKET_CHAT), cache_dir=Path(folder))
        reader = ChatReader(LocalChat(chat), lambda: POCKET_CHAT)
        backends = {POCKET_CHAT: MapReduce(reader, parallel=2)}
        service = SummaryService(SummaryConfig(), read_personas(SummaryConfig()), backends)
        try:
            return [await _shared(service)]
        finally:
            chat.close()


async def _shared(service: SummaryService) -> Figure:
    await _cost_s(service, 0, 1)  # the first of all reads the model's pages
    ones = [await _cost_s(service, 2 * i + 1, 1) for i in range(TIMES)]
    tens = [await _cost_s(service, 2 * i + 2, TOGETHER) for i in range(TIMES)]
    detail = f"{1000 * median(tens):.0f} and {1000 * median(ones):.0f} ms of CPU, medians of {TIMES}, by {POCKET_CHAT}"
    return Figure(f"{TOGETHER} summaries of one file at once / one", median(tens) / median(ones), 1.5, "×", detail)


async def _cost_s(service: SummaryService, number: int, together: int) -> float:
    text = f"number = {number:04d}\n" + "".join(f"value_{i} = {i}\n" for i in range(LINES))
    request = SummaryRequest("a.py", text, persona="default", temperature=0.0)
    start = time.process_time()
    answers = await asyncio.gather(*(service.summarize(request) for _ in range(together)))
    taken_s = time.process_time() - start
    assert ["computed"] == [answer.origin for answer in answers if answer.origin != "shared"]
    return taken_s
