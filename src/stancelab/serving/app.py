"""The web application: MLflow's scoring contract, explanations, the page, and counters."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import stancelab
from stancelab.schema import as_table
from stancelab.scoring.asked import asked_rows
from stancelab.scoring.bundle import Bundle
from stancelab.scoring.spans import SpanFinder
from stancelab.serving.counters import Counters
from stancelab.serving.explaining import Explanation
from stancelab.serving.forms import JSON, media_type, read_columns
from stancelab.serving.guard import Guard
from stancelab.serving.line import Job, Line
from stancelab.serving.page import page
from stancelab.serving.reading import Body, Held
from stancelab.serving.refusals import RefusedError, plain_refusal
from stancelab.serving.settings import Limits

if TYPE_CHECKING:
    import pyarrow as pa
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    Ask = Callable[[bytes, str], Job]
    """Makes a job of a body and what it is said to be."""


class Service:
    """A bundle, and the requests that are asked of it.

    Parameters
    ----------
    bundle : Bundle
        Who answers.
    finder : SpanFinder
        Looks for the actors' names.
    limits : Limits
        What is taken.
    """

    def __init__(self, bundle: Bundle, finder: SpanFinder, limits: Limits) -> None:
        self.bundle, self.finder, self.limits = bundle, finder, limits
        self.counters, self.held = Counters(), Held(limits.held)
        self.line = Line(bundle, limits.waiting)

    async def answer(self, request: Request, ask: Ask) -> bytes:
        """Answer a request.

        Raises
        ------
        RefusedError
            It is not answered.
        """
        kind = media_type(request.headers.get("content-type", ""))
        async with Body(request, self.limits, self.held) as body:
            job = ask(body, kind)
            self.line.put(job)
            return await self._waited(request, job)

    async def _waited(self, request: Request, job: Job) -> bytes:
        """Wait for a job; one that nobody waits for any more is not begun."""
        answer, left = asyncio.wrap_future(job.done), asyncio.ensure_future(_left(request))
        either: set[asyncio.Future[Any]] = {answer, left}
        try:
            await asyncio.wait(
                either, timeout=self.limits.timeout, return_when=asyncio.FIRST_COMPLETED
            )
            if answer.done():
                return answer.result()
            if left.done():
                raise RefusedError(400, "the connection was closed")  # which nobody reads
            seconds = f"{self.limits.timeout:g} seconds"
            raise RefusedError(504, f"there was no answer within {seconds}")
        finally:
            job.done.cancel()
            answer.cancel()
            left.cancel()

    def invocation(self, body: bytes, kind: str) -> Job:
        """Give the work of tagging rows."""

        def prepare() -> pa.Table:
            columns = read_columns(body, kind)
            rows = max(map(len, columns.values()), default=0)
            if rows > self.limits.max_rows:
                most = f"at most {self.limits.max_rows:,} are taken at once"
                raise RefusedError(413, f"the request has {rows:,} rows; {most}")
            return as_table(asked_rows(columns), self.finder.find)

        return Job(prepare, _predictions)

    def explanation(self, body: bytes, kind: str) -> Job:
        """Give the work of explaining tags."""
        if kind != JSON:
            raise RefusedError(415, f"content type {kind!r}: expected {JSON}")
        return Explanation(self.bundle, self.finder, body).job()

    def counted(self) -> str:
        """Give the counters."""
        return self.counters.text(
            {
                "rows_total": self.line.rows,
                "waiting": len(self.line),
                "held_bytes": self.held.bytes,
            }
        )


async def _left(request: Request) -> None:
    """Return when whoever asked has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _predictions(tags: pa.Table) -> bytes:
    return json.dumps({"predictions": tags.to_pylist()}).encode()


def make_app(service: Service, token: str | None = None) -> FastAPI:
    """Make the web application of a service.

    Parameters
    ----------
    service : Service
        What answers.
    token : str, optional
        What requests must bring; without one, anybody may ask.
    """
    from fastapi import FastAPI
    from starlette.exceptions import HTTPException
    from starlette.requests import ClientDisconnect

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(service.line.close)

    app = FastAPI(lifespan=lifespan, openapi_url=None)
    shown = page()
    app.add_middleware(Guard, counters=service.counters, token=token, page=shown)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(ClientDisconnect, _refused)
    app.add_exception_handler(Exception, _refused)
    _add_routes(app, service, shown)
    return app


def _add_routes(app: FastAPI, service: Service, shown: tuple[bytes, str]) -> None:
    from starlette.responses import Response

    async def ping(_: Request) -> Response:
        return Response("\n", media_type=JSON)

    async def version(_: Request) -> Response:
        return Response(stancelab.__version__, media_type=JSON)

    async def metrics(_: Request) -> Response:
        return Response(service.counted(), media_type="text/plain; version=0.0.4")

    async def front(_: Request) -> Response:
        headers = {"Content-Security-Policy": shown[1]}
        return Response(shown[0], headers=headers, media_type="text/html")

    async def invocations(request: Request) -> Response:
        return Response(await service.answer(request, service.invocation), media_type=JSON)

    async def explain(request: Request) -> Response:
        return Response(await service.answer(request, service.explanation), media_type=JSON)

    gets = {
        "/ping": ping,
        "/health": ping,
        "/version": version,
        "/metrics": metrics,
        "/": front,
    }
    for path, endpoint in gets.items():
        app.add_route(path, endpoint)
    for path, asked in {"/invocations": invocations, "/explain": explain}.items():
        app.add_route(path, asked, methods=["POST"])


async def _refused(_: Request, error: Exception) -> Response:
    """Give the reason as JSON, whatever it was that refused the request."""
    from starlette.exceptions import HTTPException
    from starlette.requests import ClientDisconnect
    from starlette.responses import Response

    if isinstance(error, HTTPException):
        error = plain_refusal(error.status_code)
    elif isinstance(error, ClientDisconnect):
        error = RefusedError(400, "the request was cut off")  # which nobody reads
    elif not isinstance(error, RefusedError):
        error = plain_refusal(500)
    return Response(error.body(), error.status, error.headers, JSON)
