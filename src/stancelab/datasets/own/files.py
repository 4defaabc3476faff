"""The user's own CSV, JSONL or Parquet as a statement table, its columns and labels mapped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stancelab.datasets.base import Loaded
from stancelab.datasets.own.cells import Origin
from stancelab.datasets.own.columns import Columns, OnError, checked_labels
from stancelab.datasets.own.gathering import gather
from stancelab.datasets.own.records import read_records
from stancelab.datasets.own.rows import RowReader, numbered

__all__ = ["Columns", "OnError", "load_file", "origin_of"]


def load_file(
    path: Path,
    columns: Columns | None = None,
    labels: Mapping[str, str] | None = None,
    on_error: OnError = "fail",
) -> Loaded:
    """Load labelled rows from the user's own file.

    Parameters
    ----------
    path : Path
        A ``.csv``, ``.tsv``, ``.jsonl`` or ``.parquet`` file. One that has every column of the
        statement table, as ``stancelab data convert`` writes it, is taken as it is.
    columns : Columns, optional
        Where the file's columns have other names.
    labels : mapping of str to str, optional
        The user's label words to ours; without it they are hostile, neutral, cooperative.
    on_error : {"fail", "skip"}
        Whether bad rows stop the load or are left out and counted.

    Returns
    -------
    Loaded
        The table, and the rows left out by reason. Rows without a document column get one
        document for each distinct text, so that copies of a text stay together.

    Raises
    ------
    BadRowsError
        Rows cannot be used; lists up to 20 with line, column and value.
    DataError
        The file or one of its columns is missing.
    """
    reader = RowReader(columns or Columns(), checked_labels(path, labels), numbered())
    found = reader.rows(origin_of(path), read_records(path))
    return gather(str(path), found, reader, on_error)


def origin_of(path: Path) -> Origin:
    """Say what the rows of a file are called."""
    return Origin(str(path), path.stem, path.stem)
