"""Reading a request's body, no further than is allowed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from stancelab.serving.refusals import RefusedError
from stancelab.serving.settings import Limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

_LINGER = 1.0
"""Seconds in which the rest of a body that is too large is thrown away, so that who sends it reads
why, and not that the connection is broken."""


class Held:
    """Counts the bytes of bodies that are held, and holds no more than so many.

    Parameters
    ----------
    most : int
        Bytes.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.bytes = 0

    def add(self, number: int) -> None:
        """Hold more.

        Raises
        ------
        RefusedError
            It would be too much; status 503.
        """
        if self.bytes + number > self._most:
            problem = "too much is being sent at once; try again"
            raise RefusedError(503, problem, wait=1, close=True)
        self.bytes += number


class Body:
    """A body that is held while its request is answered.

    Parameters
    ----------
    request : Request
        Whose body.
    limits : Limits
        What it may be.
    held : Held
        Counts it.
    """

    def __init__(self, request: Request, limits: Limits, held: Held) -> None:
        self._request, self._limits, self._held = request, limits, held
        self._own = 0

    async def __aenter__(self) -> bytes:
        """Read it.

        Raises
        ------
        RefusedError
            It is too large (413), too slow (408), or there is no room for it (503).
        """
        try:
            async with asyncio.timeout(self._limits.timeout):
                return await self._read()
        except TimeoutError:
            self._release()
            problem = f"the body did not arrive within {self._limits.timeout:g} seconds"
            raise RefusedError(408, problem, close=True) from None
        except BaseException:
            self._release()
            raise

    async def __aexit__(self, *_: object) -> None:
        """Hold it no longer."""
        self._release()

    def _release(self) -> None:
        self._held.bytes -= self._own
        self._own = 0

    async def _read(self) -> bytes:
        most = self._limits.max_bytes
        said = self._request.headers.get("content-length", "")
        if said.isdecimal() and int(said) > 2 * most:
            raise _too_large(most, f"{int(said):,}")
        pieces: list[bytes] = []
        stream = self._request.stream()
        async for piece in stream:
            if self._own + len(piece) > most:
                pieces.clear()
                await _throw_away(stream, most)
                raise _too_large(most, f"{int(said):,}" if said.isdecimal() else "more")
            self._held.add(len(piece))
            self._own += len(piece)
            pieces.append(piece)
        return b"".join(pieces)


async def _throw_away(stream: AsyncIterator[bytes], most: int) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_LINGER):
            async for piece in stream:
                most -= len(piece)
                if most < 0:
                    return


def _too_large(most: int, found: str) -> RefusedError:
    problem = f"the body has {found} bytes; at most {most:,} are taken"
    return RefusedError(413, problem, close=True)
