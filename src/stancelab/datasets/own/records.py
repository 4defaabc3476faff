"""Reading CSV, JSONL and Parquet row by row, so that every fault has a place."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, Literal, cast

import pyarrow as pa
import pyarrow.parquet as pq

from stancelab.datasets.own.lines import (
    DelimitedRows,
    RawRow,
    Record,
    delimited_record,
    json_record,
    json_rows,
)
from stancelab.errors import BadRow, DataError

__all__ = [
    "SUFFIXES",
    "Kind",
    "Record",
    "cut_rows",
    "kind_of",
    "open_text",
    "parquet_file",
    "read_records",
    "record_of",
]

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
Kind = Literal["csv", "tsv", "jsonl", "parquet"]

_BUFFER = 2**20
"""Bytes of a column of a Parquet file that are read at a time."""


def read_records(path: Path) -> Iterator[Record | BadRow]:
    """Read a file row by row; a row that cannot be read comes as a `BadRow`.

    Parameters
    ----------
    path : Path
        ``.csv`` (comma, semicolon or tab, with a header line), ``.tsv``, ``.jsonl`` or
        ``.parquet``; text is UTF-8.

    Raises
    ------
    DataError
        The file is missing or of no known kind.
    """
    kind = kind_of(path)
    if not path.is_file():
        raise DataError(f"{path}: no such file")
    return _parquet(path) if kind == "parquet" else _text(path, kind)


def kind_of(path: Path) -> Kind:
    """Tell by its ending what a file is.

    Raises
    ------
    DataError
        The ending is another one.

    Examples
    --------
    >>> kind_of(Path("news.ndjson"))
    'jsonl'
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DataError(f"{path}: unknown file type {path.suffix!r}; known: {', '.join(SUFFIXES)}")
    return "jsonl" if suffix == ".ndjson" else cast(Kind, suffix[1:])


@contextmanager
def open_text(path: Path | None, kind: Kind) -> Iterator[TextIOWrapper[BinaryIO]]:
    """Open a text file, or standard input where no file is named.

    Bytes that are not UTF-8 become lone surrogates, so that their row and column are known.
    """
    binary: BinaryIO = sys.stdin.buffer if path is None else path.open("rb")
    ends = None if kind == "jsonl" else ""
    file = TextIOWrapper(binary, encoding="utf-8-sig", errors="surrogateescape", newline=ends)
    try:
        yield file
    finally:
        file.detach()
        if path is not None:
            binary.close()


def cut_rows(
    name: str, file: TextIOWrapper[BinaryIO], kind: Kind
) -> tuple[list[str], Iterator[RawRow | BadRow]]:
    """Cut a text into rows.

    Parameters
    ----------
    name : str
        How messages call the source.
    file : io.TextIOWrapper
        The text.
    kind : {"csv", "tsv", "jsonl"}
        What it is.

    Returns
    -------
    list of str
        The columns that the header names; JSON lines have none.
    iterator of RawRow or BadRow
        The rows, for `record_of`.
    """
    if kind == "jsonl":
        return [], iter(json_rows(file))
    rows = DelimitedRows(name, file, "\t" if kind == "tsv" else "")
    return rows.names, iter(rows)


def record_of(name: str, header: list[str], kind: Kind, row: RawRow) -> Record | BadRow:
    """Give the cells of a row that was cut their columns."""
    return json_record(name, row) if kind == "jsonl" else delimited_record(name, header, row)


@contextmanager
def parquet_file(path: Path) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file so that no more than a part of it is in memory.

    What is found wrong with it, then or later, comes as a `DataError`.
    """
    try:
        with pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
            yield file
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"{path}: not a readable Parquet file ({error})") from None


def _text(path: Path, kind: Kind) -> Iterator[Record | BadRow]:
    with open_text(path, kind) as file:
        header, rows = cut_rows(str(path), file, kind)
        for row in rows:
            yield row if isinstance(row, BadRow) else record_of(str(path), header, kind, row)


def _parquet(path: Path) -> Iterator[Record | BadRow]:
    with parquet_file(path) as file:
        line = 0
        for batch in file.iter_batches():
            for cells in batch.to_pylist():
                line += 1
                yield Record(line, cells)
