"""What the HTTP proxy does before Serve sees a request. Named by RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH.

The proxy reads a body whole before any replica runs, and obeys two headers by which any client could switch off our
timeouts and the cancelling of abandoned work. When the replica that was answering dies, it says nothing.
"""

import os
import re
import uuid

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.api.body_limit import BodyLimit
from deployments.api.proxy_errors import ProxyErrors
from deployments.api.second_try import SecondTry
from deployments.api.short_body import SendShortBody
from deployments.config import MIB

DEFAULT_BODY_BYTES = 32 * MIB
_FORBIDDEN = ("x-request-timeout-seconds", "x-request-disconnect-disabled")
_SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")


def middlewares() -> list[Middleware]:
    """The last one is the outermost."""
    limit = int(os.environ.get("WORKBENCH_MAX_BODY_BYTES", DEFAULT_BODY_BYTES))
    return [
        Middleware(SecondTry),
        Middleware(SendShortBody),
        Middleware(BodyLimit, limit_of=lambda _: limit),
        Middleware(ProxyErrors),
        Middleware(Edge),
    ]


class Edge:
    """Drops what a client may not decide, and gives every request an id that may stand in a log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = MutableHeaders(scope=scope)
        for name in _FORBIDDEN:
            del headers[name]
        request_id = headers.get("x-request-id", "")
        if not _SANE_ID.fullmatch(request_id):
            request_id = headers["x-request-id"] = str(uuid.uuid4())

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        await self._app(scope, receive, send_with_id)
