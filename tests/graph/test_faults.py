"""What dies is replaced; what lives goes on; and everybody is told the truth meanwhile. One graph dies by parts."""

import asyncio
import re
import time
from contextlib import suppress

import httpx
import psutil
import pytest

from tests.graph.load import Load
from tests.graph.workbench import NO_LIMITS, Workbench, config, running, shared_memory, temporary_folder

pytestmark = pytest.mark.slow

CHAT, EMBEDDINGS, ALL = {"stream", "answer"}, {"embedding", "summary"}, {"stream", "answer", "embedding", "summary"}
HARMED = {  # by the death of each part. Extractive summaries compare by embeddings; none is asked for twice.
    "Chat": CHAT,
    "Embedder": EMBEDDINGS,
    "Summarizer": {"summary"},
    "Ingress": {"stream", "summary"},
    "limiter": set(),
    "controller": set(),
    "proxy": ALL,
}
TITLES = {"limiter": r"ray::.*limiter", "controller": r"ray::ServeController", "proxy": r"ray::ProxyActor"}


@pytest.fixture(scope="module")
def temporary():
    with temporary_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def shared():
    return shared_memory()


@pytest.fixture(scope="module")
def graph(tmp_path_factory, temporary, shared):
    chat = {"context_tokens": 1024, "slots": 4, "threads": 1}
    raw = config(limits=NO_LIMITS, chat=chat, embedding={"threads": 1})
    for entry in raw["applications"][0]["deployments"]:
        entry["health_check_period_s"], entry["health_check_timeout_s"] = 1, 10
        entry["ray_actor_options"] = {"num_cpus": 0.1}
        if entry["name"] in ("Ingress", "Chat"):
            entry["num_replicas"] = 2
    environment = {"WORKBENCH_API_KEYS": "alice:alices-key", "TMPDIR": str(temporary)}
    with running(raw, tmp_path_factory.mktemp("faults"), **environment) as workbench:
        workbench.wait_until_up(200)
        yield workbench


def processes(graph: Workbench, part: str) -> list[psutil.Process]:
    title = TITLES.get(part, rf"ray::ServeReplica:workbench:{part}\b")
    return [one for one in graph.family() if re.match(title, title_of(one), re.IGNORECASE)]


async def wait_for(graph: Workbench, part: str, count: int) -> None:
    """For so many processes: what has just died may still be reported as running."""
    async with asyncio.timeout(60):
        while len(processes(graph, part)) < count:
            await asyncio.sleep(0.2)


def title_of(process: psutil.Process) -> str:
    """Nothing, of one that has just died."""
    with suppress(psutil.Error):
        return "".join(process.cmdline()[:1])
    return ""


class Reports:
    """What /health says, over and over."""

    def __init__(self, graph: Workbench) -> None:
        self._graph = graph
        self.said: list[dict] = []
        self.failures = 0

    async def run(self) -> None:
        async with httpx.AsyncClient(base_url=self._graph.url, timeout=5) as http:
            while True:
                try:
                    self.said.append((await http.get("/health")).raise_for_status().json())
                except httpx.HTTPError:
                    self.failures += 1
                await asyncio.sleep(0.2)

    @property
    def is_whole(self) -> bool:
        models = [self.said[-1][name] for name in ("chat_model", "embedding_model")] if self.said else []
        return bool(models) and self.said[-1]["status"] == "ok" and not any(map(is_short, models))

    async def wait_until_whole(self) -> None:
        async with asyncio.timeout(60):
            while not self.is_whole:
                await asyncio.sleep(0.2)


def is_short(model: dict) -> bool:
    return model["replicas"]["running"] < model["replicas"]["target"]


async def test_before_anything_dies_nothing_fails(graph):
    """Or the other tests would say nothing."""
    load = Load(graph.url, streams=8, answers=1, summaries=1)
    await load.run(3)

    assert [] == load.failures
    assert len(load.served) > 8


@pytest.mark.parametrize("part", HARMED)
async def test_only_what_the_dead_was_doing_is_lost(graph, part):
    """Eight streams and the rest run on; who is harmed can act on what he hears; soon all is as before."""
    load, reports = Load(graph.url, streams=8, answers=1, summaries=1), Reports(graph)
    watching, asking = asyncio.create_task(reports.run()), asyncio.create_task(load.run(7))
    await asyncio.sleep(1.5)
    alive = len(processes(graph, part))
    processes(graph, part)[0].kill()
    await asking
    await wait_for(graph, part, alive)
    await reports.wait_until_whole()
    watching.cancel()
    again = Load(graph.url, streams=8, answers=1, summaries=1)
    await again.run(1)

    assert {failure.kind for failure in load.failures} <= HARMED[part], load.failures
    assert part == "proxy" or all(failure.can_be_acted_on for failure in load.failures), load.failures
    assert part in ("proxy", "Ingress") or not reports.failures
    assert [] == again.failures


@pytest.mark.parametrize(("part", "model"), [("Chat", "chat_model"), ("Embedder", "embedding_model")])
async def test_health_tells_of_a_replica_that_died_while_it_loaded(graph, part, model):
    """And it is replaced once more, while the others serve."""
    reports = Reports(graph)
    watching = asyncio.create_task(reports.run())
    known = processes(graph, part)
    known[0].kill()
    deadline = time.monotonic() + 60
    while not (new := [one for one in processes(graph, part) if one not in known]):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    new[0].kill()
    while not any(is_short(report[model]) for report in reports.said):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.2)
    await wait_for(graph, part, len(known))
    await reports.wait_until_whole()
    watching.cancel()

    assert 0 == reports.failures
    assert len(known) == len(processes(graph, part))


def test_nothing_is_left_of_it(graph, temporary, shared):
    """After all these deaths: no process, no port, no shared memory and no file."""
    assert 0 == graph.stop()
    graph.wait_until_nothing_is_left()

    assert set() == shared_memory() - shared
    assert [] == list(temporary.glob("*/*"))
