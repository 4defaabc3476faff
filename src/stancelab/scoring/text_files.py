"""Scored rows as CSV, TSV or JSON lines: a part, and all parts as one text."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import IO, Any

from stancelab.datasets.own.records import Kind
from stancelab.errors import DataError
from stancelab.scoring.bundle import ADDED
from stancelab.scoring.typed import as_text

Cells = Mapping[str, Any]

_LONGEST = 2**31 - 1
"""Characters of a cell that is read back: those of JSON lines have no limit."""


def write_text(path: Path, kind: Kind, rows: Iterable[Cells], columns: Sequence[str]) -> None:
    """Write the rows of a part.

    Parameters
    ----------
    path : Path
        The file.
    kind : {"csv", "tsv", "jsonl"}
        What it is.
    rows : iterable of mapping
        The cells of each row, with what scoring added.
    columns : sequence of str
        Columns of the input, in their order; those that scoring adds come behind them.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        if kind == "jsonl":
            dumped = (json.dumps(row, ensure_ascii=False, default=str) for row in rows)
            file.writelines(line + "\n" for line in dumped)
        else:
            names = [*columns, *ADDED]
            writer = _Writer(file, kind)
            for row in rows:
                writer.write([_cell(row.get(name)) for name in names])


class TextJoiner:
    """Puts the parts of a text together.

    Parameters
    ----------
    file : binary file
        Where they go.
    kind : {"csv", "tsv", "jsonl"}
        What they are.
    columns : sequence of str
        The columns of all parts.
    """

    def __init__(self, file: IO[bytes], kind: Kind, columns: Sequence[str]) -> None:
        self._file, self._kind, self._columns = file, kind, list(columns)
        if kind != "jsonl":
            file.write(_line([*columns, *ADDED], kind))

    def add(self, part: Path, columns: Sequence[str]) -> None:
        """Add a part, its cells below their own columns.

        Raises
        ------
        DataError
            It has a column that the header lacks.
        """
        if self._kind == "jsonl" or list(columns) == self._columns:
            with part.open("rb") as file:
                shutil.copyfileobj(file, self._file)
            return
        new = [name for name in columns if name not in self._columns]
        if new:
            raise DataError(
                f"column {new[0]!r} comes after the header was written; write JSON lines "
                "(--output-type jsonl), or into a file"
            )
        with part.open(encoding="utf-8", newline="") as file:
            self._file.writelines(self._arranged(file, [*columns, *ADDED]))

    def _arranged(self, file: IO[str], names: Sequence[str]) -> Iterator[bytes]:
        at = {name: place for place, name in enumerate(names)}
        places = [at.get(name) for name in (*self._columns, *ADDED)]
        limit = csv.field_size_limit(_LONGEST)
        try:
            for cells in csv.reader(file, delimiter=_delimiter(self._kind)):
                yield _line(["" if at is None else cells[at] for at in places], self._kind)
        finally:
            csv.field_size_limit(limit)


class _Writer:
    """Writes CSV in which a lone carriage return is quoted too, as readers take it for an end."""

    def __init__(self, file: Any, kind: Kind) -> None:
        self._plain, self._quoted = (
            csv.writer(file, delimiter=_delimiter(kind), lineterminator="\n", quoting=quoting)
            for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)
        )

    def write(self, cells: Sequence[Any]) -> None:
        returns = any(isinstance(cell, str) and "\r" in cell for cell in cells)
        (self._quoted if returns else self._plain).writerow(cells)


def _line(cells: Sequence[str], kind: Kind) -> bytes:
    file = StringIO(newline="")
    _Writer(file, kind).write(cells)
    return file.getvalue().encode()


def _delimiter(kind: Kind) -> str:
    return "\t" if kind == "tsv" else ","


def _cell(value: Any) -> Any:
    """Write lists and objects as JSON; what is missing is empty."""
    return as_text(value) if isinstance(value, dict | list) else value
