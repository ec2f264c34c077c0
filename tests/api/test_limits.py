"""Every answer of a limited endpoint says how the client stands, and only served requests count."""

import pytest

from deployments.config import LimitsConfig, RateLimit
from deployments.limits.redis import RedisLimiter
from tests.api.conftest import LocalLimiter

FILE = {"file": ("a.txt", b"some text")}
CHAT = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 1}


@pytest.fixture
def client(connect_to, services):
    once = RateLimit(calls=1, seconds=60)
    return connect_to(services, limiter=LocalLimiter(LimitsConfig(embed=once, summarize=once, chat=once)))


def remaining(answer) -> tuple[int, str]:
    return answer.status_code, answer.headers["X-RateLimit-Remaining"]


@pytest.mark.parametrize(
    ("path", "request_"),
    [
        ("/embed", {"files": FILE}),
        ("/summarize", {"files": {"file": ("a.py", b"x = 1")}}),
        ("/v1/embeddings", {"json": {"input": "a"}}),
        ("/v1/chat/completions", {"json": CHAT}),
    ],
)
async def test_the_call_beyond_the_limit_is_told_when_to_come_back(client, path, request_):
    """In the exact words that clients parse, with `Retry-After`."""
    first, second = await client.post(path, **request_), await client.post(path, **request_)
    seconds = second.headers["Retry-After"]

    assert [(200, "0"), (429, "0")] == [remaining(first), remaining(second)]
    assert f"Rate limit exceeded. Try again in {seconds} seconds." == second.json()["detail"]
    assert 1 <= int(seconds) <= 60
    assert "1" == second.headers["X-RateLimit-Limit"]
    if path.startswith("/v1/"):
        assert "rate_limit_exceeded" == second.json()["error"]["code"]


@pytest.mark.parametrize(
    ("path", "request_", "status"),
    [
        ("/embed", {}, 422),
        ("/embed", {"files": {"file": ("a", b"\0")}}, 400),
        ("/embed?dimensions=7", {"files": FILE}, 422),
        ("/embed", {"files": {"file": ("a", b"word " * 9000)}}, 400),
        ("/summarize?persona=nobody", {"files": FILE}, 404),
        ("/v1/embeddings", {"json": {"input": []}}, 400),
        ("/v1/chat/completions", {"json": {"messages": []}}, 400),
        ("/v1/chat/completions", {"json": CHAT | {"model": "gpt-9"}}, 404),
        ("/v1/chat/completions", {"json": {"messages": [{"role": "user", "content": "word " * 5000}]}}, 400),
    ],
)
async def test_a_request_that_was_not_served_costs_nothing(client, path, request_, status):
    """Whether it is found out before or behind the limiter."""
    assert (status, "1") == remaining(await client.post(path, **request_))


async def test_who_has_no_key_is_told_the_limits_too(connect_to, services):
    """And is not charged."""
    assert (401, "1000") == remaining(await connect_to(services, key=None).post("/embed", files=FILE))


async def test_while_nobody_counts_our_own_models_are_open_and_paid_ones_closed(connect_to, services):
    """Here, the Redis of the limits is away."""
    client = connect_to(services, limiter=RedisLimiter(LimitsConfig(), "redis://127.0.0.1:9/0"))
    code = {"file": ("a.py", b"x = 1")}
    local = [await client.post("/summarize", files=code) for _ in range(9)]
    paid = await client.post("/summarize", files=code, data={"model_name": "gemini-2.5-flash"})

    assert {200} == {answer.status_code for answer in local}
    assert (503, "1") == (paid.status_code, paid.headers["Retry-After"])
    assert "cannot be counted at the moment, and this model costs money" in paid.json()["detail"]


async def test_the_limits_are_public(connect_to, services):
    """Clients ask for them when they start."""
    answer = await connect_to(services, key=None).get("/rate-limits")

    assert {name: {"calls": 1000, "seconds": 60} for name in ("embed", "summarize", "chat")} == answer.json()
