"""Nobody passes without a key, and that is settled before the body is read."""

from collections.abc import Mapping

from cachetools import TLRUCache
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from deployments.api.errors import error_response
from deployments.api.keys import Keys
from deployments.api.limits import RateLimiter, refuse
from deployments.errors import NotAuthenticated, ServingError
from deployments.limits.limiter import Caller, Grant

OPEN_PATHS = frozenset({"/", "/health", "/health/ready", "/rate-limits", "/docs", "/openapi.json"})
OPEN_FOLDERS = ("/static/",)


class Gate:
    """Puts the `Caller` into the request's state. Wrong keys are counted per address, and slowed down."""

    def __init__(self, app: ASGIApp, keys: Keys, limiter: RateLimiter) -> None:
        self._app = app
        self._keys = keys
        self._limiter = limiter
        self._shut_out: TLRUCache[str, Grant] = TLRUCache(10_000, _until_reset)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state: dict[str, object] = scope.setdefault("state", {})
        state["caller"] = caller = Caller(_address(scope))
        try:
            if not _is_open(scope["path"]):
                state["caller"] = caller._replace(key=await self._authenticate(Headers(scope=scope), caller))
        except ServingError as error:
            await error_response(error, scope["path"])(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _authenticate(self, headers: Mapping[str, str], caller: Caller) -> str:
        sent = headers.get("authorization", "").encode("latin-1").decode("utf-8", "surrogateescape")
        scheme, _, credentials = sent.strip().partition(" ")
        if not scheme or not credentials.strip():
            raise NotAuthenticated("Not authenticated")
        if scheme.lower() != "bearer":
            raise NotAuthenticated("Invalid authentication credentials")
        if grant := self._shut_out.get(caller.address):
            refuse(grant)
        owner = self._keys.owner(credentials.strip())
        if owner is None:
            await self._count_failure(caller)
            raise NotAuthenticated("Invalid API Key")
        return owner

    async def _count_failure(self, caller: Caller) -> None:
        """Remember here who has failed too often, so that those with a good key cost no question to the limiter."""
        grant = await self._limiter.acquire("failed_auth", caller)
        if not grant.allowed:
            self._shut_out[caller.address] = grant
            refuse(grant)


def _until_reset(_: str, grant: Grant, now: float) -> float:
    return now + grant.reset_s


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDERS)


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else "unknown"
