"""The rows of a part, from which columns are taken to be checked and whole rows to be written."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, Protocol

import pyarrow as pa

from stancelab.datasets.own.lines import RawRow, Record, undecodable
from stancelab.datasets.own.records import record_of
from stancelab.errors import BadRow, DataError
from stancelab.scoring.bundle import ADDED
from stancelab.scoring.reading import Part
from stancelab.scoring.typed import readable, typed

_ADDED = frozenset(ADDED)


class Batch(Protocol):
    """Rows of one source."""

    @property
    def lines(self) -> Sequence[int]:
        """Say where each of them stands."""

    @property
    def names(self) -> list[str]:
        """Name their columns."""

    def values(self, name: str) -> Sequence[Any] | None:
        """Give a column; None where no row has it."""

    def cells(self, at: int) -> dict[str, Any]:
        """Give one row."""

    def table(self, kept: Sequence[int]) -> pa.Table:
        """Give some of the rows as a table, with the types that they have."""

    def rows(self, kept: Sequence[int]) -> list[dict[str, Any]]:
        """Give some of the rows as text can hold them."""


def unpack(part: Part) -> tuple[Batch, list[BadRow]]:
    """Read the rows of a part, and tell those that cannot be read."""
    source = part.source
    if isinstance(part.rows, bytes):
        return _arrow(pa.ipc.open_stream(part.rows).read_all(), part.line, source.name)
    found = [
        record_of(source.name, part.header, source.kind, row) if isinstance(row, RawRow) else row
        for row in part.rows
    ]
    found = [_unless_taken(source.name, row) for row in found]
    bad = [row for row in found if isinstance(row, BadRow)]
    return TextBatch([row for row in found if isinstance(row, Record)], part.header), bad


def _unless_taken(name: str, row: Record | BadRow) -> Record | BadRow:
    """Refuse a row of JSON lines that has a column which scoring adds."""
    if isinstance(row, BadRow) or _ADDED.isdisjoint(row.cells):
        return row
    taken = next(column for column in ADDED if column in row.cells)
    return BadRow(name, row.line, taken, str(row.cells[taken]), "column is there already")


def _arrow(table: pa.Table, line: int, name: str) -> tuple[Batch, list[BadRow]]:
    """Read rows of Parquet, of which text is not always what it should be."""
    lines: Sequence[int] = range(line, line + len(table))
    bad = _wrongly_encoded(table, lines, name)
    if bad:
        places = {row.line for row in bad}
        kept = [at for at, line in enumerate(lines) if line not in places]
        table, lines = _picked(table, kept), [lines[at] for at in kept]
    return ArrowBatch(table, lines), bad


def _wrongly_encoded(table: pa.Table, lines: Sequence[int], name: str) -> list[BadRow]:
    try:
        table.validate(full=True)
    except pa.ArrowInvalid:
        texts = [each for each in table.schema if _is_text(each.type)]
        columns = [(each.name, table.column(each.name)) for each in texts]
    else:
        return []
    bad: dict[int, BadRow] = {}
    for column, values in columns:
        for line, value in zip(lines, values.cast(pa.large_binary()).to_pylist(), strict=True):
            if value is not None and undecodable(value.decode(errors="surrogateescape")):
                shown = value.decode("latin-1")
                bad.setdefault(line, BadRow(name, line, column, shown, "wrong encoding", "UTF-8"))
    if not bad:
        raise DataError(f"{name}: holds text in lists or objects that is not UTF-8; leave it out")
    return list(bad.values())


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _picked(table: pa.Table, kept: Sequence[int]) -> pa.Table:
    """Pick rows in their order, by stretches: Arrow's own `take` does not know all types."""
    starts = [at for at, row in enumerate(kept) if at == 0 or kept[at - 1] != row - 1]
    ends = [*starts[1:], len(kept)]
    parts = [table.slice(kept[a], b - a) for a, b in zip(starts, ends, strict=True)]
    return pa.concat_tables(parts) if parts else table.slice(0, 0)


class ArrowBatch:
    """Rows of a Parquet file."""

    def __init__(self, table: pa.Table, lines: Sequence[int]) -> None:
        self._table = table
        self.lines = lines
        self.names: list[str] = table.column_names

    def values(self, name: str) -> Sequence[Any] | None:
        """Give a column; None where there is none."""
        return self._table.column(name).to_pylist() if name in self.names else None

    def cells(self, at: int) -> dict[str, Any]:
        """Give one row."""
        return self.rows([at])[0]

    def table(self, kept: Sequence[int]) -> pa.Table:
        """Give some of the rows."""
        return self._table if len(kept) == len(self.lines) else _picked(self._table, kept)

    def rows(self, kept: Sequence[int]) -> list[dict[str, Any]]:
        """Give some of the rows; times are written as Arrow does, to the nanosecond."""
        table = self.table(kept)
        columns = [readable(column) for column in table.columns]
        found: list[dict[str, Any]] = pa.Table.from_arrays(columns, names=self.names).to_pylist()
        return found


class TextBatch:
    """Rows of CSV or JSON lines."""

    def __init__(self, records: Sequence[Record], header: Sequence[str]) -> None:
        self._rows = [record.cells for record in records]
        self.lines = [record.line for record in records]
        self.names = list(header or dict.fromkeys(chain.from_iterable(self._rows)))

    def values(self, name: str) -> Sequence[Any] | None:
        """Give a column; None where no row has it."""
        return [row.get(name) for row in self._rows] if name in self.names else None

    def cells(self, at: int) -> dict[str, Any]:
        """Give one row."""
        return self._rows[at]

    def table(self, kept: Sequence[int]) -> pa.Table:
        """Give some of the rows; a column whose values are of several types becomes text."""
        rows = self.rows(kept)
        columns = [typed([row.get(name) for row in rows]) for name in self.names]
        return pa.Table.from_arrays(columns, names=self.names)

    def rows(self, kept: Sequence[int]) -> list[dict[str, Any]]:
        """Give some of the rows."""
        return [self._rows[at] for at in kept]
