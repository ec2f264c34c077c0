"""The Gemini API on loopback, as far as one summary needs it: it plays one part at a time."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USAGE = {"promptTokenCount": 7, "candidatesTokenCount": 3, "thoughtsTokenCount": 2, "totalTokenCount": 12}


def said(text: str, reason: str = "STOP") -> dict[str, Any]:
    candidate = {"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": reason}
    return {"candidates": [candidate], "usageMetadata": USAGE}


def failure(code: int, status: str, *details: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"code": code, "status": status, "message": "the API's own words", "details": list(details)}}


@dataclass
class GeminiServer:
    """Answers every request with `status` and `answer`, after `delay_s`; keeps what it was asked."""

    status: int = 200
    answer: dict[str, Any] = field(default_factory=lambda: said("A summary."))
    delay_s: float = 0
    asked: list[tuple[str, str | None, dict[str, Any]]] = field(default_factory=list)
    url: str = ""

    @contextmanager
    def serving(self) -> Iterator["GeminiServer"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"api": self}))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    api: GeminiServer

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.api.asked.append((self.path, self.headers["x-goog-api-key"], body))
        time.sleep(self.api.delay_s)
        content = json.dumps(self.api.answer).encode()
        self.send_response(self.api.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
