"""`workbench up` brings up all or nothing, and takes everything down again."""

import signal
import time

import httpx
import pytest

from tests.graph.workbench import NO_SECOND_TRY, SERVE_RUN, Workbench, config, shared_memory, temporary_folder


@pytest.fixture(scope="module")
def temporary():
    """One for all, so that each start also finds what those before it have left."""
    with temporary_folder() as folder:
        yield folder


def test_a_model_that_cannot_be_loaded_ends_the_start(tmp_path, temporary):
    """With one line that says why, exit code 1, and nothing left running; its logs stay, those of earlier starts go."""
    raw = config(chat={"model": "hf://nobody/nothing/none.gguf"})
    workbench = Workbench(raw, tmp_path, TMPDIR=str(temporary), HF_ENDPOINT="http://127.0.0.1:9", **NO_SECOND_TRY)

    assert 1 == workbench.wait_for_exit()
    assert [] == workbench.left()
    errors = [line for line in workbench.lines if line.startswith("error")]
    assert 1 == len(errors)
    assert "error Chat: nobody/nothing/none.gguf could not be fetched: " in errors[0]
    [session] = temporary.glob("ray/session_2*")
    assert f"logs are in {session}" in workbench.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_it_started(tmp_path, temporary, number):
    """With exit code 0, and no alarm about it: no process is left, no port, no shared memory and no file."""
    shared = shared_memory()
    workbench = Workbench(config(), tmp_path, TMPDIR=str(temporary))
    workbench.wait_until_up()
    health = httpx.get(f"{workbench.url}/health").json()

    assert "ok" == health["status"]
    assert len(workbench.left()) > 5
    assert len(workbench.listens()) > 5
    assert 0 == workbench.stop(number)
    assert [] == workbench.left()
    assert set() == shared_memory() - shared
    assert [] == list(temporary.glob("*/*"))
    assert "Stopping" in workbench.output
    assert "failed" not in workbench.output


def test_serve_run_serves_what_loads_and_says_what_does_not(tmp_path):
    """Ray's own command does not mind a model that fails: its routes tell why, all others work."""
    (tmp_path / "text.gguf").write_text("no model")
    raw = config(chat={"model": str(tmp_path / "text.gguf")})
    workbench = Workbench(raw, tmp_path, SERVE_RUN, WORKBENCH_API_KEY="secret", **NO_SECOND_TRY)
    health = wait_for(f"{workbench.url}/health", lambda health: health["embedding_model"]["status"] == "loaded")
    with httpx.Client(base_url=workbench.url, headers={"Authorization": "Bearer secret"}, timeout=60) as client:
        chat = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "Hello!"}]})
        embedding = client.post("/v1/embeddings", json={"input": "Hello!"})

    assert ("degraded", "failed") == (health["status"], health["chat_model"]["status"])
    assert "invalid magic" in health["chat_model"]["detail"]
    assert (503, "model_not_ready") == (chat.status_code, chat.json()["error"]["code"])
    assert "invalid magic" in chat.json()["detail"]
    assert 200 == embedding.status_code
    workbench.stop()
    workbench.wait_until_nothing_is_left()


def wait_for(url, condition, timeout_s=90):
    """The JSON that a URL answers, once it is as wanted."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        try:
            answer = httpx.get(url)
        except httpx.TransportError:
            answer = None
        if answer and answer.is_success and condition(answer.json()):
            return answer.json()
        time.sleep(0.3)
    raise TimeoutError(url)
