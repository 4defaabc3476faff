"""A chat endpoint on loopback that answers as a language model does, and fails as it is told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from stancelab.schema import LABELS

GOOD = ("thanked", "praised", "welcomed", "supports", "aid", "agreed")
BAD = ("accused", "threatened", "condemned", "sanctions", "expelled", "attack")
TOKENS = {"prompt_tokens": 700, "completion_tokens": 30}


class Request(NamedTuple):
    """What was asked: the path, the ``Authorization`` header and the JSON."""

    path: str
    key: str | None
    payload: Mapping[str, Any]

    @property
    def statement(self) -> dict[str, str]:
        """The statement that is asked for, without a reminder after it."""
        return json.JSONDecoder().raw_decode(self.payload["messages"][-1]["content"])[0]

    @property
    def form(self) -> str:
        """The form of JSON that is asked for."""
        return self.payload.get("response_format", {}).get("type", "")


class LlmServer(ThreadingHTTPServer):
    """Answers every statement; the answers in `script` come first, one a request.

    An answer is a function of the handler and of the request; see the functions below. `usual` is
    what comes after the script, `pause` the seconds before each answer, and `busiest` the most
    requests that were under way at once.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[Answer] = []
        self.usual: Answer = sensible
        self.requests: list[Request] = []
        self.pause = 0.0
        self.busy = self.busiest = 0
        self.released = threading.Event()
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up."""

    def stop(self) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: LlmServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request = Request(self.path, self.headers["Authorization"], json.loads(body))
        with self.server.lock:
            self.server.requests.append(request)
            answer = self.server.script.pop(0) if self.server.script else self.server.usual
            self.server.busy += 1
            self.server.busiest = max(self.server.busiest, self.server.busy)
        time.sleep(self.server.pause)
        with self.server.lock:
            self.server.busy -= 1
        answer(self, request)

    def reply(self, code: int, body: bytes, **headers: str) -> None:
        """Send an answer whose length is that of its body, where no header says otherwise."""
        self.send_response(code)
        for name, value in ({"Content_Length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


Answer = Callable[[_Handler, Request], None]


def sensible(handler: _Handler, request: Request) -> None:
    """Judge by the words before the marked mention, as far as the request allows the label."""
    handler.reply(200, _body(json.dumps(_judged(request))))


def _judged(request: Request) -> dict[str, Any]:
    before = request.statement["statement"].partition("[[")[0].lower().split()
    words = [word for word in before if word in GOOD + BAD]
    label = "neutral" if not words else "cooperative" if words[-1] in GOOD else "hostile"
    schema = request.payload.get("response_format", {}).get("json_schema", {}).get("schema", {})
    allowed = schema.get("properties", {}).get("label", {}).get("enum", LABELS)
    label = label if label in allowed else allowed[0]
    shares = {name: 0.8 if name == label else 0.2 / (len(allowed) - 1) for name in allowed}
    return {"label": label, "probabilities": shares}


def said(content: Any, **more: Any) -> Answer:
    """Answer with this text as the message."""
    return lambda handler, request: handler.reply(200, _body(content, **more))


def status(code: int, message: str = "", **headers: str) -> Answer:
    """Refuse, as such servers do."""
    body = json.dumps({"error": {"message": message}}).encode()
    return lambda handler, request: handler.reply(code, body, **headers)


def raw(body: bytes, code: int = 200, **headers: str) -> Answer:
    """Send these bytes."""
    return lambda handler, request: handler.reply(code, body, **headers)


def cut(handler: _Handler, request: Request) -> None:
    """Send half of an answer and hang up."""
    body = _body(json.dumps(_judged(request)))
    handler.reply(200, body[: len(body) // 2], Content_Length=str(len(body)))
    handler.close_connection = True


def stalled(handler: _Handler, request: Request) -> None:
    """Send nothing, until the server ends."""
    handler.server.released.wait(30)
    handler.close_connection = True


def dripping(handler: _Handler, request: Request) -> None:
    """Send a byte now and then, so that no pause is long."""
    handler.reply(200, b"", Content_Length="100000")
    try:
        while not handler.server.released.wait(0.05):
            handler.wfile.write(b" ")
            handler.wfile.flush()
    except OSError:
        pass
    handler.close_connection = True


def only_form(form: str) -> Answer:
    """Answer requests that ask for JSON in one way, and refuse the others."""

    def answer(handler: _Handler, request: Request) -> None:
        refusal = status(400, "response_format is not supported")
        (sensible if request.form == form else refusal)(handler, request)

    return answer


def _body(content: Any, **more: Any) -> bytes:
    message = {"role": "assistant", "content": content}
    found = {"choices": [{"index": 0, "message": message}], "usage": TOKENS} | more
    return json.dumps(found).encode()
