"""Behind nginx as docs/cluster.md has it set up: what arrives is what the workbench said, when it said it."""

import ssl
from itertools import repeat

import httpx
import pytest

from tests.certificate import self_signed
from tests.graph.workbench import free_port
from tests.nginx import printed_nginx

QUESTION = {"messages": [{"role": "user", "content": "Hello!"}], "stream": True}


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


def test_a_stream_asks_nginx_not_to_keep_its_events(nginx):
    """nginx obeys the header and does not pass it on; all events arrive."""
    with nginx.stream("POST", "/v1/chat/completions", json=QUESTION) as answer:
        lines = [line for line in answer.iter_lines() if line]

    assert "nginx" in answer.headers["Server"]
    assert "data: [DONE]" == lines[-1]


def test_a_body_without_end_is_refused_in_words_of_ours(nginx):
    """Whether its length is announced or not, nginx stores none of it."""
    for body in (b"x" * 40_000_000, repeat(b"x" * 1_000_000, 40)):
        answer = nginx.post("/v1/chat/completions", content=body)

        assert 413 == answer.status_code
        assert "payload_too_large" == answer.json()["error"]["code"]
