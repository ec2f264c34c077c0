"""A model that has no place is not waited for."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.graph.workbench import Workbench

pytestmark = pytest.mark.slow

OCCUPANT = """
import time, ray
ray.init(log_to_driver=False, logging_level="ERROR")

@ray.remote(num_cpus=ray.available_resources()["CPU"] + 0.3)
class Occupant:
    pass

occupant = Occupant.remote()
print("waits for whoever leaves first", flush=True)
time.sleep(600)
"""
QUESTION = {"model": "pocket-chat", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 8}


@contextmanager
def occupied(graph: Workbench) -> Iterator[None]:
    """Whatever the next replica to die had reserved."""
    environment = os.environ | {"RAY_ADDRESS": graph.ray_address, "RAY_AUTH_MODE": "token"}
    command = [sys.executable, "-c", OCCUPANT]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline()
            yield
        finally:
            process.kill()


async def ask(http: httpx.AsyncClient, **more: bool) -> httpx.Response:
    return await http.post("/v1/chat/completions", json=QUESTION | more)


async def embed(http: httpx.AsyncClient) -> httpx.Response:
    return await http.post("/v1/embeddings", json={"model": "all-MiniLM-L6-v2", "input": "a text"})


async def chat_model(http: httpx.AsyncClient, status: str) -> dict:
    """What /health says of it once it is so."""
    while (said := (await http.get("/health")).json()["chat_model"])["status"] != status:
        await asyncio.sleep(0.2)
    return said


async def test_callers_of_a_dead_model_that_has_no_place_are_told_so(workbench, auth):
    """Also who came before its death was known. It serves again once there is room; all else goes on meanwhile."""
    async with httpx.AsyncClient(base_url=workbench.url, headers=auth, timeout=40) as http:
        with occupied(workbench):
            workbench.replica("Chat").kill()
            before = await asyncio.gather(ask(http), ask(http, stream=True))
            said = await chat_model(http, "not_loaded")
            after = await asyncio.wait_for(ask(http), 10)
            ready, embedded = await http.get("/health/ready"), await embed(http)
        await asyncio.wait_for(chat_model(http, "loaded"), 30)
        again = await ask(http)

    for refused in (*before, after):
        assert (503, "model_not_ready") == (refused.status_code, refused.json()["error"]["code"])
        assert refused.headers["Retry-After"]
        assert "Chat is not available: no machine has 0.5 CPU free for it; add one" in refused.json()["detail"]
    assert {"running": 0, "target": 1} == said["replicas"]
    assert "no machine has 0.5 CPU free" in said["detail"]
    assert (503, ["chat_model"]) == (ready.status_code, list(ready.json()["not_ready"]))
    assert (200, 200) == (embedded.status_code, again.status_code)
