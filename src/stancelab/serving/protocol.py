"""HTTP on a connection, as uvicorn speaks it, but for requests that are no requests.

uvicorn answers a malformed one in plain text, drops one that is cut off without a word, and waits
for ever for one that does not go on.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from stancelab.serving.refusals import RefusedError

HEAD_SECONDS = 30.0
"""Seconds for the first line and the headers of a request."""


class Connection(H11Protocol):
    """One connection of a client."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, and wait for a request no longer than is allowed."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._forget()
        super().connection_lost(exc)

    def eof_received(self) -> None:
        """Tell who has stopped in the middle of a request what is wrong."""
        state = self.conn.their_state
        if state is h11.SEND_BODY and self.cycle and not self.cycle.response_started:
            self.cycle.disconnected = True  # the application must not answer, too
            self.cycle.message_event.set()
            self._refuse(RefusedError(400, "the request was cut off: its body is not complete"))
        elif state is h11.IDLE and self.conn.trailing_data[0]:
            self._refuse(RefusedError(400, "the request was cut off in its headers"))

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or a body that is not what its headers say."""
        if self.cycle and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._refuse(RefusedError(400, msg.rstrip(".")))

    def _refuse(self, refused: RefusedError) -> None:
        self._forget()
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()  # an answer is on its way already
            return
        body = refused.body()
        headers: list[tuple[str, Any]] = [
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
            ("connection", "close"),
        ]
        reason = "Request Timeout" if refused.status == 408 else "Bad Request"
        start = h11.Response(status_code=refused.status, headers=headers, reason=reason)
        for event in (start, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _watch(self) -> None:
        """Set the alarm while a request's head is awaited, and only then."""
        if self.conn.their_state is not h11.IDLE or self.transport.is_closing():
            self._forget()
        elif self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self._late = None
        if not self.transport.is_closing():
            seconds = f"{HEAD_SECONDS:g} seconds"
            self._refuse(RefusedError(408, f"no request arrived within {seconds}"))
