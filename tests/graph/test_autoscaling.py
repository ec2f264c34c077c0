"""Replicas come with the work and go with it, one model to none, and no request fails of it."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.graph.load import Load
from tests.graph.workbench import NO_LIMITS, Workbench, config, running

pytestmark = pytest.mark.slow

SLOTS, WAITING = 2, 3  # of each model; requests that may wait while the SummaryModel is loading
SMALL = {"context_tokens": 2048, "slots": SLOTS, "threads": 1}
SOON = {"upscale_delay_s": 1, "downscale_delay_s": 3, "look_back_period_s": 2}
ENVIRONMENT = {
    "WORKBENCH_API_KEYS": "alice:alices-key",
    "RAY_SERVE_HANDLE_AUTOSCALING_METRIC_PUSH_INTERVAL_S": "0.5",
    "RAY_SERVE_REPLICA_AUTOSCALING_METRIC_PUSH_INTERVAL_S": "0.5",
}


def file() -> dict[str, Any]:
    """The default's, with a Chat of one to three replicas, and a model for summaries of none or one."""
    raw = config(limits=NO_LIMITS, chat=SMALL, summary={"model": {"model": "builtin://pocket-chat"} | SMALL})
    entries = raw["applications"][0]["deployments"]
    chat = next(entry for entry in entries if entry["name"] == "Chat")
    del chat["num_replicas"]
    entries.append(chat | {"name": "SummaryModel", "max_queued_requests": WAITING})
    chat["autoscaling_config"] = SOON | {"min_replicas": 1, "max_replicas": 3, "target_ongoing_requests": SLOTS}
    entries[-1]["autoscaling_config"] = SOON | {"min_replicas": 0, "max_replicas": 1, "downscale_to_zero_delay_s": 3}
    for entry in entries:
        entry["ray_actor_options"] = {"num_cpus": 0.1}
    return raw


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    with running(file(), tmp_path_factory.mktemp("scaling"), **ENVIRONMENT) as workbench:
        workbench.wait_until_up(200)
        yield workbench


async def wait_until(graph: Workbench, model: str, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What /health says of it then."""
    async with httpx.AsyncClient(base_url=graph.url) as http, asyncio.timeout(60):
        while not condition(said := (await http.get("/health")).json()[model]):
            await asyncio.sleep(0.2)
    return said


def has(replicas: int) -> Callable[[dict[str, Any]], bool]:
    """No more and no less, and wants no others."""
    return lambda model: model["replicas"] == {"running": replicas, "target": replicas}


async def test_chat_grows_with_running_and_waiting_work_and_shrinks_again(graph):
    """No request fails on the way up, nor on the way down, where replicas stop that have streams."""
    for streams, replicas in ((10, 3), (1, 1)):
        load = Load(graph.url, streams=streams, answers=0, embeddings=0)
        asking = asyncio.create_task(load.run(60))
        await wait_until(graph, "chat_model", has(replicas))
        load.stop()
        await asking

        assert [] == load.failures
        assert load.served


async def summarize(http: httpx.AsyncClient, number: int) -> httpx.Response:
    file = ("a.py", f"x = {number}\n")
    return await http.post("/summarize", files={"file": file}, data={"persona": "default"})


async def test_a_model_that_sleeps_is_waited_for_by_as_many_as_may_wait(graph):
    """All others are told at once when to come back. Unused, it is gone again."""
    assert {"running": 0, "target": 0} == (await wait_until(graph, "local_summarization_model", is_away))["replicas"]
    headers = {"Authorization": "Bearer alices-key"}
    async with httpx.AsyncClient(base_url=graph.url, headers=headers, timeout=60) as http:
        answers = await asyncio.gather(*(summarize(http, number) for number in range(WAITING + 3)))

    assert {200: WAITING, 503: 3} == Counter(answer.status_code for answer in answers)
    assert all(answer.headers["Retry-After"] for answer in answers if answer.status_code == 503)
    await wait_until(graph, "local_summarization_model", is_away)


def is_away(model: dict[str, Any]) -> bool:
    return model["status"] == "not_loaded"
