"""What a client may not do: send without end, decide our timeouts, be somebody else, write into our log."""

import json
import re
from itertools import chain, repeat

import httpx
import pytest

HELLO = {"messages": [{"role": "user", "content": "Hello!"}], "max_tokens": 2}


def test_a_body_without_end_is_cut_at_the_proxy(workbench, auth):
    """Before Serve has read it whole."""
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    headers = auth | {"Content-Type": "multipart/form-data; boundary=b"}
    body = chain([part], repeat(b"x" * 1_000_000, 200))
    answer = httpx.post(f"{workbench.url}/embed", headers=headers, content=body, timeout=60)

    assert 413 == answer.status_code
    assert "is larger than" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/embed", "/v1/chat/completions"])
def test_an_announced_body_over_the_limit_is_not_read_at_all(workbench, auth, path):
    """In the shape of its API."""
    answer = httpx.post(f"{workbench.url}{path}", headers=auth, content=b"x" * 40_000_000, timeout=60)

    assert 413 == answer.status_code
    assert answer.json()["detail"]
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    "header",
    [("x-request-timeout-seconds", "0.001"), ("x-request-disconnect-disabled", "?1")],
    ids=lambda pair: pair[0],
)
def test_serve_s_own_headers_are_not_for_clients(workbench, auth, header):
    """They are dropped on the way in."""
    answer = httpx.post(f"{workbench.url}/v1/chat/completions", json=HELLO, headers=auth | dict([header]), timeout=60)

    assert 200 == answer.status_code


def test_a_sane_request_id_is_kept_and_another_replaced(workbench):
    """There is exactly one in every answer."""
    for sent in ("my-id_1.2:3", None, "a b", "x" * 129, 'evil"\tid'):
        answer = httpx.get(f"{workbench.url}/health", headers={"X-Request-Id": sent} if sent else {})
        (given,) = answer.headers.get_list("X-Request-Id")
        assert re.fullmatch(r"[\w.:-]{1,128}", given)
        assert (given == sent) == (sent == "my-id_1.2:3")


def summarize(workbench, key: str, **headers: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"} | headers
    return httpx.post(f"{workbench.url}/summarize", headers=headers, files={"file": ("a.py", "x = 1")}, timeout=60)


def test_nobody_is_somebody_else_by_saying_so(workbench):
    """X-Forwarded-For counts only from a configured proxy; the limit is that of the real address."""
    left = []
    for i in range(2):
        answer = httpx.get(f"{workbench.url}/personas", headers={"X-Forwarded-For": f"203.0.113.{i}"})
        assert 401 == answer.status_code
        answer = httpx.post(f"{workbench.url}/embed", headers={"X-Forwarded-For": f"203.0.113.{i}"})
        left.append(int(answer.headers["X-RateLimit-Remaining"]))
        httpx.post(
            f"{workbench.url}/embed",
            headers={"X-Forwarded-For": f"203.0.113.{i}", "Authorization": "Bearer bobs-key"},
            files={"file": ("a", "some text")},
            timeout=60,
        )

    assert left[0] - 1 == left[1]


def test_a_limit_is_kept_over_all_requests(workbench):
    """Ten summaries are allowed per key here; the text is the one that clients parse."""
    answers = [summarize(workbench, "carols-key") for _ in range(12)]
    refused = answers[-1]

    assert [200] * 10 + [429] * 2 == [answer.status_code for answer in answers]
    assert re.fullmatch(r"Rate limit exceeded\. Try again in \d+ seconds\.", refused.json()["detail"])
    assert refused.headers["Retry-After"] == refused.headers["X-RateLimit-Reset"]
    assert 200 == summarize(workbench, "bobs-key").status_code


def test_every_request_leaves_a_line_without_secrets(workbench, auth):
    """JSON, with the id that the client was given."""
    answer = httpx.get(f"{workbench.url}/personas", headers=auth)
    workbench.wait_for_line(answer.headers["X-Request-Id"])
    line = next(line for line in workbench.lines if answer.headers["X-Request-Id"] in line)
    entry = json.loads(line[line.index("{") :])

    assert ("GET", "/personas", 200, "alice") == tuple(entry[name] for name in ("method", "route", "status", "key"))
    assert "alices-key" not in workbench.output
