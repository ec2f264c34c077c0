"""A short body travels along with its request. Else the replica would have to call back to the proxy to get it."""

from collections import deque

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.api.body_limit import announced_bytes

SHORT_BYTES = 64 * 1024
KEY = "workbench.body"


class SendShortBody:
    """In the proxy: puts the body into the scope, which is what a replica is sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and 0 < announced_bytes(scope) <= SHORT_BYTES:
            read = await _read(receive)
            if read[-1]["type"] == "http.request":
                scope[KEY] = b"".join(message.get("body", b"") for message in read)
            receive = _replayed(read, receive)
        await self._app(scope, receive, send)


class TakeShortBody:
    """In the replica: the body is there at once; what is received after that is whether the client has left."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = scope.pop(KEY, None)
        if body is not None:
            whole: Message = {"type": "http.request", "body": body, "more_body": False}
            receive = _replayed([whole], _without_body(receive))
        await self._app(scope, receive, send)


async def _read(receive: Receive) -> list[Message]:
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


def _replayed(messages: list[Message], receive: Receive) -> Receive:
    waiting = deque(messages)

    async def replay() -> Message:
        return waiting.popleft() if waiting else await receive()

    return replay


def _without_body(receive: Receive) -> Receive:
    async def skip() -> Message:
        while (message := await receive())["type"] == "http.request":
            pass
        return message

    return skip
