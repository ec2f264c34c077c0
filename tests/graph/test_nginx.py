"""Behind nginx as docs/cluster.md has it set up: what arrives is what the workbench said, when it said it."""

import ssl
import time
from itertools import repeat

import httpx
import pytest

from tests.certificate import self_signed
from tests.nginx import printed_nginx
from tests.ports import free_port

LONG = {
    "prompt": "Once",
    "max_tokens": 600,
    "temperature": 2,
    "seed": 1,
    "stream": True,
}  # some 20 events in half a second


@pytest.fixture(scope="module")
def nginx(workbench, auth, tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    certificate, key = self_signed(folder)
    with (
        printed_nginx(folder, workbench.url.removeprefix("http://"), port, certificate, key),
        httpx.Client(
            base_url=f"https://localhost:{port}",
            headers=auth,
            verify=ssl.create_default_context(cafile=certificate),
            timeout=60,
        ) as client,
    ):
        yield client


def test_a_stream_is_passed_on_event_by_event(nginx):
    """Its first event is there long before its last."""
    asked = time.monotonic()
    with nginx.stream("POST", "/v1/completions", json=LONG) as answer:
        times = [time.monotonic() - asked for line in answer.iter_lines() if line]

    assert "nginx" in answer.headers["Server"]
    assert times[0] < times[-1] / 2


def test_a_body_without_end_is_refused_in_words_of_ours(nginx):
    """Whether its length is announced or not, nginx stores none of it."""
    for body in (b"x" * 40_000_000, repeat(b"x" * 1_000_000, 40)):
        answer = nginx.post("/v1/chat/completions", content=body)

        assert 413 == answer.status_code
        assert "payload_too_large" == answer.json()["error"]["code"]
