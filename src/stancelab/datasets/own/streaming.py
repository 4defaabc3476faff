"""A source that does not fit in memory, as one small statement table after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import pyarrow as pa

from stancelab.datasets.own.columns import Columns, OnError, checked_labels
from stancelab.datasets.own.files import origin_of
from stancelab.datasets.own.gathering import no_rows, parted, refuse
from stancelab.datasets.own.hub import HubOptions, hub_rows, is_hub
from stancelab.datasets.own.records import read_records
from stancelab.datasets.own.rows import Row, RowReader, hashed
from stancelab.errors import BadRow, DataError
from stancelab.schema import as_table

ROWS_AT_A_TIME = 10_000


class Stream(Iterator[pa.Table]):
    """The tables of a source in their order; the counts are whole when it has ended.

    Attributes
    ----------
    dropped : Counter
        How many rows were left out so far, by reason.
    rows : int
        How many rows were given so far.
    """

    def __init__(
        self,
        source: str,
        found: Iterator[Row | BadRow],
        reader: RowReader,
        on_error: OnError,
        rows_at_a_time: int,
    ) -> None:
        self.dropped: Counter[str] = Counter()
        self.rows = 0
        self._source, self._found, self._reader = source, found, reader
        self._on_error, self._size = on_error, rows_at_a_time

    @property
    def notes(self) -> Counter[str]:
        """Count the rows kept so far although something about them was not plain."""
        return self._reader.notes

    def __next__(self) -> pa.Table:
        """Give the next table; it has at least one row."""
        while batch := list(islice(self._found, self._size)):
            rows, bad = parted(batch)
            refuse(bad, self._on_error)
            self.dropped.update(row.reason for row in bad)
            if rows:
                self.rows += len(rows)
                return as_table(rows)
        if not self.rows:
            raise no_rows(self._source)
        raise StopIteration


def stream(
    source: str | Path,
    columns: Columns | None = None,
    labels: Mapping[str, str] | None = None,
    on_error: OnError = "fail",
    options: HubOptions | None = None,
    *,
    rows_at_a_time: int = ROWS_AT_A_TIME,
) -> Stream:
    """Read labelled rows from a file or a data set of the hub, a part at a time.

    The memory it takes does not grow with the source. For that, a text's ``statement``, which is
    also the ``document`` of rows without one, is made of a digest of the text; `load_file` and
    `load_hub` number the texts instead. Copies of a text share it either way.

    Parameters
    ----------
    source : str or Path
        A ``.csv``, ``.tsv``, ``.jsonl`` or ``.parquet`` file, ``hub:OWNER/NAME`` or
        ``hub:FOLDER``.
    columns : Columns, optional
        Where the source's columns have other names.
    labels : mapping of str to str, optional
        The source's label words to ours; without it they are hostile, neutral, cooperative.
    on_error : {"fail", "skip"}
        Whether bad rows stop it, at the first part that has one, or are left out and counted.
    options : HubOptions, optional
        Which subset, revision and splits of a hub data set.
    rows_at_a_time : int
        How many rows of the source a table is made of; bad ones count.

    Returns
    -------
    Stream
        An iterator of statement tables that counts what it leaves out.

    Raises
    ------
    BadRowsError
        Rows of a part cannot be used; the total is that part's.
    DataError
        The source or one of its columns is missing, or no row of it can be used.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     mine = Path(folder) / "mine.jsonl"
    ...     _ = mine.write_text('{"text": "Rome met Oslo.", "actor": "Oslo", "label": "neutral"}')
    ...     tables = stream(mine)
    ...     [table.column("mention_start").to_pylist() for table in tables]
    [[9]]
    >>> tables.rows, dict(tables.dropped)
    (1, {})
    """
    if rows_at_a_time < 1:
        raise DataError(f"rows_at_a_time is {rows_at_a_time}; expected at least 1")
    name = str(source)
    reader = RowReader(columns or Columns(), checked_labels(name, labels), hashed)
    if is_hub(name):
        found = hub_rows(name, options or HubOptions(), reader, streaming=True)
    else:
        found = reader.rows(origin_of(Path(source)), read_records(Path(source)))
    return Stream(name, found, reader, on_error, rows_at_a_time)
