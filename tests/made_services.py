"""A service in a thread of the tests, and clients of it: one that behaves, and a bare socket."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from stancelab.scoring.spans import SpanFinder
from stancelab.serving.server import listen, make_server
from stancelab.serving.settings import Limits, Place

ROWS = [
    {"text": "Oslo thanked Warsaw, but threatened Minsk.", "actor": "Warsaw"},
    {"text": "Oslo thanked Warsaw, but threatened Minsk.", "actor": "Minsk"},
]


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)

    @property
    def message(self) -> str:
        return self.content["message"]


class Client:
    """Asks a service."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self.port, self.token = port, token

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path, body=None, kind="application/json", method=None, **headers) -> Answer:
        """Ask for a path; a body that is no bytes is sent as JSON."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None and kind:
            headers["Content-Type"] = kind
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method or ("GET" if body is None else "POST"), path, body, headers)
            found = connection.getresponse()
            headers = {name.lower(): value for name, value in found.getheaders()}
            return Answer(found.status, headers, found.read())
        finally:
            connection.close()

    def tag(self, rows=ROWS) -> Answer:
        return self.ask("/invocations", {"dataframe_records": rows})

    def raw(self, *parts: bytes, half_close: bool = False) -> Answer | None:
        """Send bytes as they are, and read until the connection ends; None for no answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as plug:
            with suppress(ConnectionError):  # an answer may be there before all is sent
                for part in parts:
                    plug.sendall(part)
                if half_close:
                    plug.shutdown(socket.SHUT_WR)
            read = b""
            with suppress(ConnectionError):
                while piece := plug.recv(65536):
                    read += piece
        if not read:
            return None
        head, _, body = read.partition(b"\r\n\r\n")
        start, *lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        return Answer(int(start.split()[1]), headers, body)


@contextmanager
def service(bundle, token: str | None = None, **limits: Any) -> Iterator[Client]:
    """Serve a bundle in a thread."""
    listener = listen(Place(port=0), token)
    server = make_server(bundle, SpanFinder(), Limits(**limits), token)
    listener.listen()
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield Client(listener.getsockname()[1], token)
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
        assert not thread.is_alive()


def head(*lines, path=b"/invocations", kind=b"text/csv"):
    """Write the head of a request, with more lines."""
    said = [b"POST " + path + b" HTTP/1.1", b"Host: x", b"Content-Type: " + kind, *lines]
    return b"\r\n".join([*said, b"", b""])
