"""How a service is set up: where it listens, and what it takes."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_BODIES = 16
"""Bodies of the largest size that are held at a time, all requests together."""

WAITING = 64
"""Requests that may wait for their turn; one more is told to come again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a service takes.

    Attributes
    ----------
    max_rows : int
        Rows of a request.
    max_bytes : int
        Bytes of its body.
    timeout : float
        Seconds for a request to arrive, and again for it to be answered.
    waiting : int
        Requests that may wait for their turn.
    """

    max_rows: int = 1_000
    max_bytes: int = 8 * 1024 * 1024
    timeout: float = 60.0
    waiting: int = WAITING

    @property
    def held(self) -> int:
        """Give the bytes of bodies that are held at a time."""
        return LARGEST_BODIES * self.max_bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service listens.

    Attributes
    ----------
    host : str
        A name or an address.
    port : int
        0 for any that is free.
    """

    host: str = "127.0.0.1"
    port: int = 8000
