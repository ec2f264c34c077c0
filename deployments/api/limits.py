"""Rate limits at the door: who is let in, and the headers that tell every client how it stands."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Protocol

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.errors import InvalidRequest, NotFound, RateLimitExceeded
from deployments.limits.limiter import Caller, Grant, Kind


class RateLimiter(Protocol):
    """The limiter, wherever it lives."""

    async def acquire(self, kind: Kind, caller: Caller) -> Grant: ...

    async def peek(self, kind: Kind, caller: Caller) -> Grant: ...

    async def refund(self, kind: Kind, caller: Caller) -> Grant: ...


def refuse(grant: Grant) -> None:
    """Raise RateLimitExceeded for a grant that was not given. Clients parse the text."""
    if not grant.allowed:
        seconds = grant.reset_s
        raise RateLimitExceeded(f"Rate limit exceeded. Try again in {seconds} seconds.", retry_after_s=seconds)


@asynccontextmanager
async def admitted(request: Request, limiter: RateLimiter, kind: Kind) -> AsyncIterator[None]:
    """Counts a request as it begins. One that turns out to be invalid gets its count back."""
    caller: Caller = request.state.caller
    request.state.grant = await limiter.acquire(kind, caller)
    refuse(request.state.grant)
    try:
        yield
    except (InvalidRequest, NotFound):
        request.state.grant = await limiter.refund(kind, caller)
        raise


class RateLimitHeaders:
    """`X-RateLimit-*` on every answer of a limited endpoint, also on those that were refused."""

    def __init__(self, app: ASGIApp, limiter: RateLimiter, kinds: Mapping[str, Kind]) -> None:
        self._app = app
        self._limiter = limiter
        self._kinds = kinds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = self._kinds.get(scope["path"]) if scope["type"] == "http" else None
        if kind is None:
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                state = scope["state"]
                grant = state.get("grant") or await self._limiter.peek(kind, state["caller"])
                MutableHeaders(scope=message).update(_headers(grant))
            await send(message)

        await self._app(scope, receive, with_headers)


def _headers(grant: Grant) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(grant.limit),
        "X-RateLimit-Remaining": str(grant.remaining),
        "X-RateLimit-Reset": str(grant.reset_s),
    }
