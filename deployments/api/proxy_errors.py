"""What Serve's proxy says in its own words, or leaves unsaid, in ours. It knows no Ray, only how an answer ends.

When the replica that was answering dies, the proxy ends a response without a word, or leaves it without its end. What
it refuses by itself, it refuses in plain text, which no route of ours does.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.api.errors import error_object, error_response
from deployments.api.sse import sse
from deployments.errors import DeadlineExceeded, ModelNotReady, Overloaded, ServingError

LOST = ModelNotReady("The process that was answering has ended; others are there, or about to be. Try again.")
NOTHING_HERE = ModelNotReady(
    "Nothing is served under this path yet. Try again shortly, or ask /-/routes what there is."
)
REFUSALS: dict[int, ServingError] = {
    404: NOTHING_HERE,
    408: DeadlineExceeded("The answer was not complete within its time."),
    **dict.fromkeys((429, 503), Overloaded("Too many requests are waiting. Try again shortly.")),
}


class ProxyErrors:
    """An error to act on where no byte was sent, an event where a stream had begun; else the connection is cut."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        await self._app(scope, receive, answer.send)
        if answer.refusal or not answer.has_begun:
            await error_response(answer.refusal or LOST, scope["path"])(scope, receive, send)
        elif answer.is_event_stream and not answer.is_complete:
            body = sse({"error": error_object(LOST)}).encode()
            await send({"type": "http.response.body", "body": body, "more_body": False})


class _Answer:
    """How far it has come. A refusal in the proxy's own words goes no further."""

    def __init__(self, send: Send) -> None:
        self.has_begun = self.is_event_stream = self.is_complete = False
        self.refusal: ServingError | None = None
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = Headers(raw=message["headers"]).get("content-type", "")
            self.refusal = REFUSALS.get(message["status"]) if kind.startswith("text/plain") else None
            self.has_begun, self.is_event_stream = True, kind.startswith("text/event-stream")
        else:
            self.is_complete = not message.get("more_body", False)
        if not self.refusal:
            await self._send(message)
