"""Rate limits at the door: who is let in, and the headers that tell every client how it stands."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Protocol

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.errors import InvalidRequest, NotFound, RateLimitExceeded, SafetyBlocked, Uncounted
from deployments.limits.budgets import UNCOUNTED
from deployments.limits.limiter import Caller, Grant, Kind


class RateLimiter(Protocol):
    """The limiter, wherever it lives."""

    async def acquire(self, kind: Kind, caller: Caller) -> Grant: ...

    async def peek(self, kind: Kind, caller: Caller) -> Grant: ...

    async def refund(self, kind: Kind, caller: Caller) -> Grant: ...


def refuse(grant: Grant) -> None:
    """Raise RateLimitExceeded for a grant that was not given."""
    if not grant.allowed:
        raise RateLimitExceeded.until(grant.reset_s, grant.limit)


@asynccontextmanager
async def admitted(request: Request, limiter: RateLimiter, kind: Kind, *, is_paid: bool = False) -> AsyncIterator[None]:
    """Counts a request as it begins. One that turns out to be invalid, or beyond its key's budget, gets its count back,
    but not one whose content a remote model refused: it had to read it.

    While nobody can count, models of our own are open to all, and those that cost money closed: Uncounted.
    """
    caller: Caller = request.state.caller
    grant = request.state.grant = await limiter.acquire(kind, caller)
    refuse(grant)
    if is_paid and not grant.is_counted:
        raise Uncounted(UNCOUNTED)
    try:
        yield
    except SafetyBlocked:
        raise
    except (InvalidRequest, NotFound):
        request.state.grant = await limiter.refund(kind, caller)
        raise
    except RateLimitExceeded as error:  # the headers tell of the limit that was met
        await limiter.refund(kind, caller)
        request.state.grant = Grant(allowed=False, limit=error.limit, remaining=0, reset_s=error.retry_after_s or 1)
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
