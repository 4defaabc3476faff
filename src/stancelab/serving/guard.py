"""What stands before every route: the token, the headers of each answer, and the counters."""

from __future__ import annotations

import hmac
from time import perf_counter
from typing import TYPE_CHECKING

from stancelab.serving.counters import Counters
from stancelab.serving.refusals import RefusedError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN = ("/ping", "/health")
"""Paths that need no token."""

_SCHEME = b"bearer"
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)


class Guard:
    """Lets requests through that bring the token, and counts them all.

    Parameters
    ----------
    app : callable
        The ASGI application behind it.
    counters : Counters
        Counts answers.
    token : str or None
        What a request must bring; None where anybody may ask.
    page : tuple of (bytes, str)
        The page at ``/`` and its policy: it is shown without a token too, as an answer of status
        401, since it asks for the token and holds nothing of the classifier.
    """

    def __init__(
        self, app: ASGIApp, counters: Counters, token: str | None, page: tuple[bytes, str]
    ) -> None:
        self._app, self._counters, self._page = app, counters, page
        self._token = None if token is None else token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, perf_counter()

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        try:
            if self._token is None or scope["path"] in OPEN or self._brings_token(scope):
                await self._app(scope, receive, told)
            else:
                await self._refuse(scope, receive, told)
        finally:
            self._counters.add(scope["path"], status, perf_counter() - began)

    def _brings_token(self, scope: Scope) -> bool:
        """Compare in a time that tells nothing of how much is right."""
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        scheme, _, token = given.partition(b" ")
        same = hmac.compare_digest(token.strip(), self._token or b"")
        return same and scheme.lower() == _SCHEME

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.responses import Response

        asks = {"WWW-Authenticate": "Bearer"}
        if scope["path"] == "/" and scope["method"] == "GET":
            content, policy = self._page
            headers = {**asks, "Content-Security-Policy": policy}
            answer = Response(content, 401, headers, "text/html")
        else:
            refused = RefusedError(401, "expected the header 'Authorization: Bearer TOKEN'")
            answer = Response(refused.body(), 401, asks, "application/json")
        await answer(scope, receive, send)
