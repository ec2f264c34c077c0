"""The Gemini API on loopback, as far as summaries need it: it plays one reply after the other."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]

USAGE = {"promptTokenCount": 7, "candidatesTokenCount": 3, "thoughtsTokenCount": 2, "totalTokenCount": 12}


def chunk(text: str, reason: str | None = None, *, thought: bool = False, **more: Any) -> Body:
    """A piece of a streamed answer; the last has a reason to end."""
    part = {"text": text, "thought": True} if thought else {"text": text}
    candidate = {"content": {"role": "model", "parts": [part] if text else []}, **more}
    return {"candidates": [candidate | ({"finishReason": reason} if reason else {})], "usageMetadata": USAGE}


def failure(code: int, status: str, *details: Body, message: str = "the API's own words") -> Body:
    return {"error": {"code": code, "status": status, "message": message, "details": list(details)}}


def retry_info(delay: str) -> Body:
    return {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}


@dataclass(frozen=True)
class Reply:
    """Chunks of a stream, each after a pause; or one error. `is_cut`: the connection is lost before the end."""

    chunks: tuple[Body | str, ...] = (chunk("A "), chunk("summary."), chunk("", "STOP"))
    status: int = 200
    pause_s: float = 0
    is_cut: bool = False

    @classmethod
    def error(cls, status: int, name: str, *details: Body, message: str = "the API's own words") -> "Reply":
        return cls((failure(status, name, *details, message=message),), status)


@dataclass(frozen=True)
class Asked:
    path: str
    key: str | None
    body: Body

    @property
    def text(self) -> str:
        """The document, or a part of it."""
        return _text(self.body)


@dataclass
class GeminiServer:
    """Plays its replies in order, the last of them for ever; keeps what it was asked, and who left before the end."""

    replies: list[Reply] = field(default_factory=lambda: [Reply()])
    bytes_per_token: int = 2
    asked: list[Asked] = field(default_factory=list)
    deserted: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def next_reply(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    @contextmanager
    def serving(self) -> Iterator["GeminiServer"]:
        server = _Server(("127.0.0.1", 0), type("Bound", (_Handler,), {"api": self}))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Server(ThreadingHTTPServer):
    request_queue_size = 64


class _Handler(BaseHTTPRequestHandler):
    api: GeminiServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.api.asked.append(Asked(self.path, self.headers["x-goog-api-key"], body))
        reply = self.api.next_reply()
        try:
            if reply.status != 200:
                self._whole(reply.status, reply.chunks[0])
            elif self.path.partition("?")[0].endswith(":countTokens"):
                self._whole(200, {"totalTokens": len(_text(body).encode()) // self.api.bytes_per_token})
            else:
                self._stream(reply)
        except OSError:
            self.api.deserted.set()

    def _whole(self, status: int, body: Body | str) -> None:
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in reply.chunks:
            time.sleep(reply.pause_s)
            self._write(f"data: {piece if isinstance(piece, str) else json.dumps(piece)}\r\n\r\n".encode())
        if reply.is_cut:
            self.close_connection = True
        else:
            self._write(b"")

    def _write(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


def _text(body: Body) -> str:
    return str(body["contents"][0]["parts"][0]["text"])
