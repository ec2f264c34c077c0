"""What nobody is the worse for is asked once more when its process dies. Applications here play the proxy."""

import httpx
import pytest

from deployments.api.proxy_errors import ProxyErrors
from deployments.api.second_try import SecondTry
from deployments.api.short_body import SHORT_BYTES, SendShortBody

START = {"type": "http.response.start", "status": 200, "headers": []}
EVENTS = START | {"headers": [(b"content-type", b"text/event-stream")]}


class Dying:
    """Says nothing the first `deaths` times, and then what it was sent."""

    def __init__(self, deaths: int, *before_death) -> None:
        self.deaths, self.before_death, self.tries = deaths, before_death, 0

    async def __call__(self, scope, receive, send):
        self.tries += 1
        if self.tries <= self.deaths:
            for message in self.before_death:
                await send(message)
            return
        await send(START)
        await send({"type": "http.response.body", "body": scope.get("workbench.body", b"")})


async def ask(app: Dying, path: str, body: bytes = b"{}", method: str = "POST", **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(ProxyErrors(SendShortBody(SecondTry(app))))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        return await http.request(method, path, content=body, headers=headers)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "/v1/chat/completions", b"{}"), ("POST", "/embed", b"a file"), ("GET", "/v1/models", b"")],
)
async def test_what_changes_nothing_is_asked_once_more(method, path, body):
    """With its body. Only once, so that a request that kills whoever reads it does not kill all."""
    answer, deadly = await ask(Dying(1), path, body, method), Dying(9)

    assert (200, body) == (answer.status_code, answer.content)
    assert 503 == (await ask(deadly, path, body, method)).status_code
    assert 2 == deadly.tries


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/v1/sessions", {}), ("/summarize", {}), ("/v1/chat/completions", {"X-Session-Id": "sess_1"})],
)
async def test_what_may_have_changed_something_or_cost_money_is_not(path, headers):
    """Its client decides."""
    app = Dying(1)

    assert 503 == (await ask(app, path, **headers)).status_code
    assert 1 == app.tries


async def test_what_has_begun_or_is_too_long_to_have_travelled_along_is_not():
    """The one would be heard twice, the other is no longer there."""
    begun, long = Dying(1, EVENTS), Dying(1)

    assert b"process that was answering" in (await ask(begun, "/v1/embeddings")).content
    assert 503 == (await ask(long, "/v1/embeddings", b"x" * (SHORT_BYTES + 1))).status_code
    assert 1 == begun.tries == long.tries
