"""One JSON line per request: who asked for what, and how it went. Never a body, never a key."""

import logging
import sys
import time
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("workbench.access")


class AccessLog:
    """Written when the answer is complete, or its client has left (status 499)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        _write_plain_lines()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.monotonic()
        entry: dict[str, Any] = {"status": 499}

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry["status"] = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            _log(scope, entry["status"], time.monotonic() - begun)


def _log(scope: Scope, status: int, seconds: float) -> None:
    route, caller = scope.get("route"), scope.get("state", {}).get("caller")
    entry = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "method": scope["method"],
        "route": getattr(route, "path", scope["path"]),
        "status": status,
        "ms": round(seconds * 1000, 1),
        "key": caller and caller.key,
        "request_id": Headers(scope=scope).get("x-request-id"),
    }
    logger.info(orjson.dumps(entry).decode())


def _write_plain_lines() -> None:
    """The line is the record: no prefix, and not once more through the root logger.

    It goes to the process's own standard output. In a replica, `sys.stdout` is Serve's logger: that drops what is below
    its level, and takes a stack trace of every line.
    """
    if logger.propagate:
        handler = logging.StreamHandler(sys.__stdout__)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
