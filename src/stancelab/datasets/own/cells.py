"""One record of a source: its cells by what they hold, and where it stands."""

from __future__ import annotations

from typing import Any, NamedTuple

from stancelab.datasets.own.columns import Columns
from stancelab.errors import BadRow

EMPTY = (None, "")


class Origin(NamedTuple):
    """Where records come from.

    Attributes
    ----------
    file : str
        How messages name it.
    dataset : str
        Name of the data set, with which the keys of its texts begin.
    ids : str
        What the ids of its rows begin with.
    split : str
        The split of rows that do not name one.
    """

    file: str
    dataset: str
    ids: str
    split: str = ""


class Cells(NamedTuple):
    """A record whose columns are known by what they hold.

    Attributes
    ----------
    origin : Origin
        Where it comes from.
    columns : Columns
        Which column holds what.
    line : int
        Line or row in its source, from 1.
    cells : dict
        The record by the source's own column names.
    """

    origin: Origin
    columns: Columns
    line: int
    cells: dict[str, Any]

    def get(self, name: str) -> Any:
        """Give the cell that holds, say, the ``"text"``; None where there is no such column."""
        return self.cells.get(getattr(self.columns, name))

    def bad(self, name: str, value: object, reason: str, expected: str = "") -> BadRow:
        """Say what is wrong with a cell."""
        column = getattr(self.columns, name, name)
        return BadRow(self.origin.file, self.line, column, str(value), reason, expected)
