"""Reading CSV, JSONL and Parquet line by line, so that every fault has a place."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from stancelab.errors import BadRow, DataError

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
_DELIMITERS = ",;\t"


class Record(NamedTuple):
    """One row of a file: where it stands, and its cells by column name."""

    line: int
    cells: dict[str, Any]


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
    if path.suffix.lower() not in SUFFIXES:
        raise DataError(f"{path}: unknown file type {path.suffix!r}; known: {', '.join(SUFFIXES)}")
    if not path.is_file():
        raise DataError(f"{path}: no such file")
    if path.suffix.lower() == ".parquet":
        return _parquet(path)
    return _csv(path) if path.suffix.lower() in (".csv", ".tsv") else _jsonl(path)


def _csv(path: Path) -> Iterator[Record | BadRow]:
    # Bytes that are not UTF-8 become lone surrogates, so that the row and column are known.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        header = file.readline()
        delimiter = max(_DELIMITERS, key=header.count)
        file.seek(0)
        reader = csv.DictReader(file, delimiter=delimiter, restkey="", strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield BadRow(str(path), line, "", str(error), "broken CSV", "quoted UTF-8 cells")
                continue
            yield _csv_row(path, max(line, 2), cells)


def _csv_row(path: Path, line: int, cells: dict[str, Any]) -> Record | BadRow:
    if "" in cells and isinstance(cells[""], list):
        extra = ", ".join(cells[""])
        return BadRow(str(path), line, "", extra, "more cells than columns", "cells quoted")
    missing = [name for name, value in cells.items() if value is None]
    if missing:
        return BadRow(str(path), line, missing[0], "", "fewer cells than columns")
    return _decoded(path, line, cells)


def _jsonl(path: Path) -> Iterator[Record | BadRow]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        for line, content in enumerate(file, 1):
            if not content.strip():
                continue
            try:
                cells = json.loads(content)
            except json.JSONDecodeError as error:
                found = content.strip().encode(errors="replace").decode()
                reason = f"broken JSON at character {error.colno}"
                yield BadRow(str(path), line, "", found, reason, error.msg)
                continue
            if isinstance(cells, dict):
                yield _decoded(path, line, cells)
            else:
                yield BadRow(str(path), line, "", content.strip(), "not an object", "{…}")


def _decoded(path: Path, line: int, cells: dict[str, Any]) -> Record | BadRow:
    for name, value in cells.items():
        if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
            shown = value.encode(errors="surrogateescape").decode("latin-1")
            return BadRow(str(path), line, name, shown, "wrong encoding", "UTF-8")
    return Record(line, cells)


def _parquet(path: Path) -> Iterator[Record | BadRow]:
    try:
        with pq.ParquetFile(path) as file:
            line = 0
            for batch in file.iter_batches():
                for cells in batch.to_pylist():
                    line += 1
                    yield Record(line, cells)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"{path}: not a readable Parquet file ({error})") from None
