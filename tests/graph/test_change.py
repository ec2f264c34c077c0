"""The file changes while clients are served: a model by rolling update, limits and defaults without any restart."""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import yaml

from tests.graph.load import Load
from tests.graph.workbench import COMMAND, NO_LIMITS, NO_SECOND_TRY, Workbench, config, running

pytestmark = pytest.mark.slow

ENVIRONMENT = {
    "WORKBENCH_API_KEYS": "alice:alices-key",
    "HF_ENDPOINT": "http://127.0.0.1:9",  # where nobody answers
    **NO_SECOND_TRY,
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    raw = config(limits=NO_LIMITS, chat={"context_tokens": 1024, "slots": 4, "threads": 1}, embedding={"threads": 1})
    for entry in raw["applications"][0]["deployments"]:
        entry["ray_actor_options"] = {"num_cpus": 0.1}
        if "num_replicas" in entry:
            entry["num_replicas"] = 2
    with running(raw, tmp_path_factory.mktemp("change"), **ENVIRONMENT) as workbench:
        workbench.wait_until_up(200)
        yield workbench


async def deploy(graph: Workbench, change: Callable[[dict[str, Any]], None]) -> int:
    """The exit code of `workbench deploy`, once the application's part of the file is changed."""
    raw = yaml.safe_load(graph.path.read_text())
    change(raw["applications"][0])
    graph.path.write_text(yaml.safe_dump(raw))
    environment = os.environ | {"RAY_ADDRESS": graph.ray_address, "XDG_DATA_HOME": str(graph.path.parent)}
    process = await asyncio.create_subprocess_exec(COMMAND, "deploy", str(graph.path), env=environment)
    return await process.wait()


def rename_the_chat_model(application: dict[str, Any]) -> None:
    application["args"]["chat"]["name"] = "another"


def name_a_model_that_cannot_be_had(application: dict[str, Any]) -> None:
    """Which is known only once a replica asks for it; those of Chat stay until its successors serve."""
    [chat] = [entry for entry in application["deployments"] if entry["name"] == "Chat"]
    chat["max_surge_percent"] = 100
    application["args"]["chat"] |= {"model": "hf://nobody/nothing/none.gguf", "name": "none"}


def allow_one_embedding(application: dict[str, Any]) -> None:
    [ingress] = [entry for entry in application["deployments"] if entry["name"] == "Ingress"]
    ingress["user_config"] = {"limits": {"embed": {"calls": 1, "seconds": 600}}, "chat": {"max_tokens": 1}}


async def chat_model(graph: Workbench) -> dict[str, Any]:
    """As /health has it."""
    async with httpx.AsyncClient(base_url=graph.url) as http:
        said: dict[str, Any] = (await http.get("/health")).json()["chat_model"]
    return said


async def test_a_model_changes_and_no_request_fails(graph):
    """Each replica finishes its streams before it goes, while the other answers."""
    load = Load(graph.url, streams=4, answers=1, embeddings=1, summaries=1)
    asking = asyncio.create_task(load.run(600))
    await asyncio.sleep(2)
    code = await deploy(graph, rename_the_chat_model)
    load.stop()
    await asking
    chat = await chat_model(graph)

    assert 0 == code
    assert ("another", {"running": 2, "target": 2}) == (chat["name"], chat["replicas"])
    assert [] == load.failures


async def test_what_ran_is_put_back_where_a_model_does_not_load(graph):
    """And no request fails, before or after."""
    file, before = graph.path.read_text(), await chat_model(graph)
    load = Load(graph.url, streams=4, answers=1)
    asking = asyncio.create_task(load.run(600))
    code = await deploy(graph, name_a_model_that_cannot_be_had)
    load.stop()
    await asking
    graph.path.write_text(file)

    assert 1 == code
    assert before == await chat_model(graph)
    assert [] == load.failures


async def test_the_applications_of_others_stay(graph):
    """They share the Serve, and no file of ours knows them."""
    environment = os.environ | {"RAY_ADDRESS": graph.ray_address, "RAY_AUTH_MODE": "token"}
    deploying = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.graph.bystander", env=environment)
    codes = [await deploying.wait(), await deploy(graph, lambda application: None)]
    headers = {"Authorization": "Bearer alices-key"}
    async with httpx.AsyncClient(base_url=graph.url, headers=headers) as http:
        answers = [await http.get("/bystander"), await http.get("/health/ready")]

    assert [0, 0] == codes
    assert [200, 200] == [answer.status_code for answer in answers]
    assert "still here" == answers[0].text


async def test_limits_and_defaults_change_in_seconds(graph):
    """At every Ingress replica, and nobody starts anew."""
    before, begun = {process.pid for process in graph.family()}, time.monotonic()
    code = await deploy(graph, allow_one_embedding)
    took = time.monotonic() - begun
    headers = {"Authorization": "Bearer alices-key"}
    async with httpx.AsyncClient(base_url=graph.url, headers=headers, timeout=60) as http:
        limits = [(await http.get("/rate-limits")).json()["embed"] for _ in range(8)]
        statuses = [(await http.post("/v1/embeddings", json={"input": "a"})).status_code for _ in range(4)]
        answer = await http.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "Hello!"}]})

    assert 0 == code
    assert took < 20
    assert [{"calls": 1, "seconds": 600}] * 8 == limits
    assert [200, 429, 429, 429] == statuses
    assert 1 == answer.json()["usage"]["completion_tokens"]
    assert before <= {process.pid for process in graph.family()}
