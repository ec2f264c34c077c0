"""No more of a body is read than its route can use."""

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.api.errors import error_response
from deployments.errors import PayloadTooLarge


class BodyLimit:
    """413 at once where the length is announced, and while reading where it is not."""

    def __init__(self, app: ASGIApp, limit_of: Callable[[str], int]) -> None:
        self._app = app
        self._limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive, send, self._limit_of(scope["path"]))
        if announced_bytes(scope) <= body.limit:
            await self._app(scope, body.receive, body.send)
        else:
            body.is_too_large = True
        if body.is_too_large and not body.is_answered:
            error = PayloadTooLarge(f"The request's body is larger than {body.limit} bytes.")
            await error_response(error, scope["path"])(scope, receive, send)


class _Body:
    """To the application, a client that sends too much has left; what it says after that is not passed on."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self.limit = limit
        self.is_too_large = self.is_answered = False
        self._receive, self._send = receive, send
        self._read = 0

    async def receive(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        self.is_too_large = self._read > self.limit
        return {"type": "http.disconnect"} if self.is_too_large else message

    async def send(self, message: Message) -> None:
        if not self.is_too_large:
            self.is_answered = True
            await self._send(message)


def announced_bytes(scope: Scope) -> int:
    value = dict(scope["headers"]).get(b"content-length", b"0")
    return int(value) if value.isdigit() else 0
