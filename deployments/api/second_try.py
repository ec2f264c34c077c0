"""A request whose process died before the first byte of its answer is made once more, if nobody is the worse for it.

It stands in the proxy, which then ends the response without a word. Whether a change was made, or money spent, before
the process died is not known, so that only what does neither is repeated. Limits count it twice.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.api.short_body import KEY

HARMLESS = {"/embed", "/parse-ast", "/v1/embeddings", "/v1/completions", "/v1/chat/completions"}


class SecondTry:
    """Of requests without a body, and of those whose body travels with them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        first = _Try(receive, send)
        await self._app(scope, first.receive, first.send)
        if scope["type"] == "http" and first.is_lost and may_be_repeated(scope):
            await self._app(scope, receive, send)


def may_be_repeated(scope: Scope) -> bool:
    """A turn of a session may have been stored already."""
    if scope["method"] in ("GET", "HEAD"):
        return True
    return scope["path"] in HARMLESS and KEY in scope and "x-session-id" not in Headers(scope=scope)


class _Try:
    """Lost is what ended without a byte, though the client was there."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.is_lost = True
        self._receive, self._send = receive, send

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self.is_lost = False
        return message

    async def send(self, message: Message) -> None:
        self.is_lost = False
        await self._send(message)
