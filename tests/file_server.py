"""A web server on loopback that serves files as GitHub does, and fails as it is told to."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import unquote


class Request(NamedTuple):
    """What was asked for: the path, decoded, and the ``Range`` header."""

    path: str
    range: str | None


class FileServer(ThreadingHTTPServer):
    """Serves `files` by path; the answers in `script` come first, one a request.

    An answer is a function of the handler and of the content; see the functions below. What is
    posted is kept in `bodies`, and answered as if it were asked for.
    """

    daemon_threads = True

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = files or {}
        self.script: list[Answer] = []
        self.requests: list[Request] = []
        self.bodies: list[bytes] = []
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up."""

    def stop(self) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: FileServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or every answer waits for the one before to be acknowledged

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def do_GET(self) -> None:
        path = unquote(self.path).removeprefix("/")
        self.server.requests.append(Request(path, self.headers["Range"]))
        answer = self.server.script.pop(0) if self.server.script else ranged
        if path not in self.server.files:
            answer = status(404)
        answer(self, self.server.files.get(path, b""))

    def reply(self, code: int, body: bytes, **headers: str) -> None:
        """Send an answer whose length is that of its body, where no header says otherwise."""
        self.send_response(code)
        for name, value in ({"Content_Length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


Answer = Callable[[_Handler, bytes], None]


def whole(handler: _Handler, content: bytes) -> None:
    """Send everything, whatever range was asked for."""
    handler.reply(200, content)


def ranged(handler: _Handler, content: bytes) -> None:
    """Send what was asked for."""
    start = _start(handler)
    if start is None:
        whole(handler, content)
    elif start >= len(content):
        handler.reply(416, b"", Content_Range=f"bytes */{len(content)}")
    else:
        handler.reply(206, content[start:], Content_Range=_range(start, content))


def cut(after: int) -> Answer:
    """Send so many bytes of what was asked for, and hang up."""

    def answer(handler: _Handler, content: bytes) -> None:
        start = _start(handler) or 0
        length = str(len(content) - start)
        part = content[start : start + after]
        found = {"Content_Range": _range(start, content)} if start else {}
        handler.reply(206 if start else 200, part, Content_Length=length, **found)
        handler.close_connection = True

    return answer


def stalled(after: int) -> Answer:
    """Send so many bytes and then nothing, until the server ends."""

    def answer(handler: _Handler, content: bytes) -> None:
        handler.reply(200, content[:after], Content_Length=str(len(content)))
        handler.wfile.flush()
        handler.server.released.wait(30)
        handler.close_connection = True

    return answer


def status(code: int, **headers: str) -> Answer:
    """Refuse."""
    return lambda handler, content: handler.reply(code, b"", **headers)


def instead(body: bytes, code: int = 200, **headers: str) -> Answer:
    """Send something else."""
    return lambda handler, content: handler.reply(code, body, **headers)


def unmeasured(body: bytes) -> Answer:
    """Send something else without saying how long it is; its end is the connection's."""

    def answer(handler: _Handler, content: bytes) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return answer


def _start(handler: _Handler) -> int | None:
    found = re.fullmatch(r"bytes=(\d+)-", handler.headers["Range"] or "")
    return int(found[1]) if found else None


def _range(start: int, content: bytes) -> str:
    return f"bytes {start}-{len(content) - 1}/{len(content)}"
