"""A session through the whole graph, when the process that answers a turn dies."""

import os
import signal
import time
from contextlib import suppress

import httpx

HELLO = {"role": "user", "content": "Hello!"}
LONG = {"role": "user", "content": "Think about all numbers from one to a hundred."}


def post(workbench, path, headers, body=None):
    return httpx.post(f"{workbench.url}{path}", headers=headers, json=body, timeout=60)


def say(workbench, headers, message):
    return post(workbench, "/v1/chat/completions", headers, {"messages": [message], "max_tokens": 4})


def say_until_answered(workbench, headers, message, patience_s):
    """What came before is that the door is shut, or that the session is busy, and nothing else."""
    deadline, statuses = time.monotonic() + patience_s, []
    while 200 not in statuses and time.monotonic() < deadline:
        try:
            statuses.append(say(workbench, headers, message).status_code)
        except httpx.TransportError:
            statuses.append(503)
        time.sleep(0.2)
    return statuses


def test_an_ingress_that_is_killed_in_a_turn_does_not_keep_its_session(workbench, auth):
    """Nothing of that turn is stored. Soon another process may go on, from where the last one had ended."""
    session_id = post(workbench, "/v1/sessions", auth).json()["session_id"]
    headers = auth | {"X-Session-Id": session_id}
    first = say(workbench, headers, HELLO)
    asked = {"messages": [LONG], "stream": True, "max_tokens": 2000, "temperature": 2}  # which finds no end
    ingress = workbench.replica("Ingress").pid
    url = f"{workbench.url}/v1/chat/completions"
    with httpx.stream("POST", url, headers=headers, json=asked, timeout=60) as stream:
        lines = stream.iter_lines()
        seen = [next(lines)]
        os.kill(ingress, signal.SIGKILL)
        with suppress(httpx.TransportError):
            seen.extend(lines)
    statuses = say_until_answered(workbench, headers, HELLO, patience_s=60)
    stored = httpx.get(f"{workbench.url}/v1/sessions/{session_id}/messages", headers=auth, timeout=60)
    messages = stored.json()["messages"]

    assert "data: [DONE]" not in seen
    assert 200 == first.status_code == statuses[-1]
    assert set(statuses) <= {200, 409, 500, 503}
    assert [HELLO["content"]] * 2 == [message["content"] for message in messages if message["role"] == "user"]
    assert 4 == len(messages)
