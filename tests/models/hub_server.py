"""A small Hugging Face hub on loopback: files, listings, gates, and lines that break off."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class SmallHub:
    """`files` by `owner/repo/path`; `requests` are (method, path, Range).

    Once, after `cut_after` bytes of a body, the line breaks; after `stall_after`, it falls silent.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    gated: set[str] = field(default_factory=set)
    token: str = "a-token"
    cut_after: int | None = None
    stall_after: int | None = None
    lies_about_hash: bool = False
    requests: list[tuple[str, str, str | None]] = field(default_factory=list)
    url: str = ""

    def is_open(self, repository: str, authorization: str | None) -> bool:
        return repository not in self.gated or authorization == f"Bearer {self.token}"

    @contextmanager
    def serving(self) -> Iterator[str]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"hub": self}))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self.url
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: SmallHub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        self.hub.requests.append((self.command, self.path, self.headers["Range"]))
        if self.path.startswith("/api/models/"):
            return self._list()
        repository, _, file = self.path[1:].partition("/resolve/")
        file = file.partition("/")[2]
        if not self.hub.is_open(repository, self.headers["Authorization"]):
            return self._refuse(403, "GatedRepo")
        if not any(name.startswith(f"{repository}/") for name in self.hub.files):
            return self._refuse(404, "RepoNotFound")
        if f"{repository}/{file}" not in self.hub.files:
            return self._refuse(404, "EntryNotFound")
        return self._send_file(self.hub.files[f"{repository}/{file}"], with_body=with_body)

    def _list(self) -> None:
        owner, name = self.path.removeprefix("/api/models/").split("/")[:2]
        prefix = f"{owner}/{name}/"
        files = [file.removeprefix(prefix) for file in self.hub.files if file.startswith(prefix)]
        if not files:
            return self._refuse(404, "RepoNotFound")
        body = json.dumps(
            {"id": f"{owner}/{name}", "sha": COMMIT, "siblings": [{"rfilename": file} for file in files]}
            if "/tree/" not in self.path
            else [{"type": "file", "path": file, "size": 1, "oid": COMMIT} for file in files]
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    def _send_file(self, content: bytes, *, with_body: bool) -> None:
        first, _, last = (self.headers["Range"] or "bytes=0-").removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last or len(content)) + 1, len(content))
        digest = hashlib.sha256(b"something else" if self.hub.lies_about_hash else content).hexdigest()
        self.send_response(206 if start or last else 200)
        self.send_header("ETag", f'"{digest}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Content-Length", str(end - start))
        if start or last:
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(content)}")
        self.end_headers()
        if with_body:
            self._send_body(content[start:end])

    def _send_body(self, body: bytes) -> None:
        cut, self.hub.cut_after = self.hub.cut_after, None
        stall, self.hub.stall_after = self.hub.stall_after, None
        self.wfile.write(body[: cut or stall])
        self.close_connection = bool(cut or stall)
        if stall:
            self.rfile.read(1)  # returns when the client is gone

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()
