"""How far a run is: in rows where their number is known, else in bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stancelab.scoring.parts import Done
from stancelab.scoring.reading import Part
from stancelab.scoring.sources import Source, rows_of

Progress = Callable[[str, int, int | None], None]
"""Is told what is done, how much of it so far, and of how much; None where nobody knows."""

_KILOBYTE = 1000


def silent(what: str, done: int, total: int | None) -> None:
    """Show nothing."""


class Meter:
    """Tells how far a run is.

    Parameters
    ----------
    sources : sequence of Source
        What is read.
    progress : callable
        Who is told.
    """

    def __init__(self, sources: Sequence[Source], progress: Progress) -> None:
        self._progress = progress
        self._rows = rows_of(sources)
        self._size = sum(source.size for source in sources)
        self._known = all(source.path is not None for source in sources)
        self._done = self._before = 0
        self._source: Source | None = None

    def add(self, part: Part, done: Done) -> None:
        """Tell that a part is done."""
        self._done += done.rows
        if self._source is not None and part.source is not self._source:
            self._before += self._source.size
        self._source = part.source
        if self._rows is not None or not self._known:
            self._progress("rows", self._done, self._rows)
        else:
            read = (self._before + part.read) // _KILOBYTE
            self._progress("kB read", read, self._size // _KILOBYTE)
