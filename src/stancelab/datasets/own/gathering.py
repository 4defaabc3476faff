"""All rows of a source as one table, the bad ones told or counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from stancelab.datasets.base import Loaded
from stancelab.datasets.own.columns import OnError
from stancelab.datasets.own.rows import Row, RowReader
from stancelab.errors import MAX_LISTED, BadRow, BadRowsError, DataError
from stancelab.schema import as_table


def gather(
    source: str, found: Iterable[Row | BadRow], reader: RowReader, on_error: OnError
) -> Loaded:
    """Make a table of all rows of a source.

    Parameters
    ----------
    source : str
        How messages name it.
    found : iterable of dict or BadRow
        What the reader gives.
    reader : RowReader
        Counts what was not plain.
    on_error : {"fail", "skip"}
        Whether bad rows stop it or are left out and counted.

    Raises
    ------
    BadRowsError
        Rows cannot be used and are not to be skipped.
    DataError
        No row is left.
    """
    rows, bad = parted(found)
    refuse(bad, on_error)
    if not rows:
        raise no_rows(source)
    dropped = Counter(row.reason for row in bad)
    return Loaded(as_table(rows), dict(dropped), dict(reader.notes))


def parted(found: Iterable[Row | BadRow]) -> tuple[list[Row], list[BadRow]]:
    """Part the rows from the bad ones."""
    rows: list[Row] = []
    bad: list[BadRow] = []
    for row in found:
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            rows.append(row)
    return rows, bad


def refuse(bad: Sequence[BadRow], on_error: OnError) -> None:
    """Raise `BadRowsError` for bad rows, unless they are to be skipped."""
    if bad and on_error == "fail":
        raise BadRowsError(bad[:MAX_LISTED], len(bad))


def no_rows(source: str) -> DataError:
    """Say that a source has no row that can be used."""
    return DataError(f"{source}: the data set is empty; expected at least one usable row")
