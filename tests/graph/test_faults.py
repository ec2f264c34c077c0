"""What dies is replaced; what lives goes on; and everybody is told the truth meanwhile."""

import os
import signal
import time

import httpx
import psutil

HELLO = {"messages": [{"role": "user", "content": "Hello!"}], "max_tokens": 4}


def replica(workbench, name: str) -> psutil.Process:
    """The process of a deployment's only replica."""
    title = f"ray::ServeReplica:workbench:{name}"
    (process,) = [
        process for process in workbench.family() if process.cmdline()[:1] and process.cmdline()[0].startswith(title)
    ]
    return process


def chat(workbench, auth) -> httpx.Response:
    return httpx.post(f"{workbench.url}/v1/chat/completions", headers=auth, json=HELLO, timeout=60)


def test_a_killed_model_is_replaced_and_the_others_serve_on(workbench, auth):
    """Until it is back, its callers are told to come again; then all is as before."""
    os.kill(replica(workbench, "Chat").pid, signal.SIGKILL)
    answers, begun = [chat(workbench, auth)], time.monotonic()
    embedding = httpx.post(f"{workbench.url}/v1/embeddings", headers=auth, json={"input": "a"}, timeout=60)
    while answers[-1].status_code != 200 and time.monotonic() - begun < 60:
        time.sleep(0.5)
        answers.append(chat(workbench, auth))

    assert 200 == embedding.status_code
    assert 200 == answers[-1].status_code
    for answer in answers[:-1]:
        assert (503, "model_not_ready") == (answer.status_code, answer.json()["error"]["code"])
        assert answer.headers["Retry-After"]

    assert [200] * 5 == [chat(workbench, auth).status_code for _ in range(5)], "who is back stays back"
